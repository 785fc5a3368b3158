import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql'

/** A validation rule: refuses the kinds of operation that the schema does not have. */
export function onlyQueries(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (context.getSchema().getRootType(operation.operation)) return
      context.reportError(
        new GraphQLError(`there are no ${operation.operation}s here, only queries`, {
          nodes: operation,
        }),
      )
    },
  }
}

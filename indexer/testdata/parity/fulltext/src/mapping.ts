import { store } from '@graphprotocol/graph-ts'
import { Drop, Put } from '../generated/Emitter/Emitter'
import { Article, Author } from '../generated/schema'

export function handlePut(event: Put): void {
  if (Author.load(event.transaction.from) == null) {
    const author = new Author(event.transaction.from)
    author.name = 'Author'
    author.save()
  }
  const article = new Article(event.params.id)
  article.title = event.params.text
  if (event.params.kind % 3 != 0) article.body = event.params.text.split(' ').reverse().join(' and ') + ' running'
  article.number = event.params.number
  article.author = event.transaction.from
  article.save()
}

export function handleDrop(event: Drop): void {
  store.remove('Article', event.params.id)
}

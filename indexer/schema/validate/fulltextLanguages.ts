/** `@fulltext(language:)` codes and the Postgres text search configurations that they stand for. */
export const FULLTEXT_LANGUAGES: Readonly<Record<string, string>> = {
  simple: 'simple',
  da: 'danish',
  nl: 'dutch',
  en: 'english',
  fi: 'finnish',
  fr: 'french',
  de: 'german',
  hu: 'hungarian',
  it: 'italian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  es: 'spanish',
  sv: 'swedish',
  tr: 'turkish',
}

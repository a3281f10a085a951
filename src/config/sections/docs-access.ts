/** Who may read a page of documentation: anybody, who has an admin key, nobody. */
export const DOCS_ACCESS = ['open', 'key', 'off'] as const;

/** One of {@link DOCS_ACCESS}. */
export type DocsAccess = (typeof DOCS_ACCESS)[number];

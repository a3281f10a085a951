/** What the table needs of the API document. */
export interface DocumentedRoutes {
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

interface DocumentedOperation {
  readonly tags?: readonly string[];
  readonly summary?: string;
}

/** One table of routes for each tag of the API document, in the document's order. */
export function renderRoutes({ tags = [], paths }: DocumentedRoutes): string {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
  );
  return tags
    .map(({ name, description = '' }) => {
      const rows = routes.filter(({ operation }) => operation.tags?.[0] === name);
      const lines = rows.map(({ route, operation }) => `| \`${route}\` | ${operation.summary ?? ''} |\n`);
      return `### ${name}\n\n${description}\n\n| route | what |\n|---|---|\n${lines.join('')}`;
    })
    .join('\n');
}

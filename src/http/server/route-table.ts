interface KnownRoute {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const wildcard = pattern.at(-1) === '*';
  if (wildcard ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((segment, index) => segment === '*' || segment.startsWith(':') || segment === path[index]);
}

/**
 * Which methods each path takes. The router itself only knows "no such method and path"; this tells 405 from 404.
 * Looked at for unmatched requests only.
 */
export class RouteTable {
  private readonly routes = new Map<string, KnownRoute>();

  add(pattern: string, methods: readonly string[]): void {
    const known = this.routes.get(pattern) ?? { segments: segmentsOf(pattern), methods: new Set<string>() };
    for (const method of methods) known.methods.add(method);
    this.routes.set(pattern, known);
  }

  /** Methods that exist for a concrete path, sorted; empty when the path is unknown. */
  methodsFor(path: string): string[] {
    const segments = segmentsOf(path);
    const found = [...this.routes.values()].filter((route) => matches(route.segments, segments));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** A group of admin routes: one tag of the document, and one scope of keys. */
export interface AdminArea {
  readonly scope: string;
  readonly tag: string;
  readonly description: string;
}

/** Tags of all admin areas begin with it. */
export const ADMIN_TAG = 'Admin: ';

const AREAS: AdminArea[] = [];

/** Declares an area; each once, in the folder of its routes. */
export function adminArea({ scope, description }: Omit<AdminArea, 'tag'>): AdminArea {
  const needs = `Needs an admin key with the scope \`${scope}\`.`;
  const area = { scope, tag: ADMIN_TAG + scope, description: `${description} ${needs}` };
  AREAS.push(area);
  return area;
}

/** The areas of all folders that are loaded, by scope. */
export function adminAreas(): readonly AdminArea[] {
  return AREAS.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
}

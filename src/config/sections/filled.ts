/** Makes settings of a class: a member that is missing, or that the class does not have, does not compile. */
export function filled<T extends object>(Settings: new () => T, members: { readonly [Name in keyof T]-?: T[Name] }): T {
  return Object.assign(new Settings(), members);
}

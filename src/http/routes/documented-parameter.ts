/** A handler parameter that documents itself on its route. */
export function documented(parameter: ParameterDecorator, ...docs: readonly MethodDecorator[]): ParameterDecorator {
  return (target, name, index) => {
    parameter(target, name, index);
    const descriptor = name === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
    if (name === undefined || descriptor === undefined) throw new TypeError('only methods have documented parameters');
    for (const document of docs) document(target, name, descriptor);
  };
}

import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE_PLACE, PROBLEM_CONTENT } from '../problems/problem.responses.js';
import { usedComponents } from './components.js';
import { problemExamples } from './problem.examples.js';

interface Response {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly examples?: Readonly<Record<string, Reference>> }>>;
}

interface Parameter {
  readonly name: string;
}

interface Operation {
  parameters?: (Parameter | Reference)[];
  responses: Record<string, Response | Reference>;
}

interface Reference {
  readonly $ref: string;
}

/** The same document with every error answer, and every parameter that several operations share, written once. */
export function shareParts(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
  const components = {
    ...document.components,
    responses: shareProblems(operations),
    parameters: shareParameters(operations),
    examples: problemExamples(),
  } as NonNullable<OpenAPIObject['components']>;
  return { ...document, components: usedComponents(components, document.paths) };
}

function shareProblems(operations: readonly Operation[]): Record<string, Response> {
  const shared: Record<string, Response> = {};
  for (const { responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      const { headers = {}, content } = response as Response;
      const examples = content?.[PROBLEM_CONTENT]?.examples;
      if (examples === undefined) continue;
      const names = Object.values(examples).map(({ $ref }) => $ref.replace(EXAMPLE_PLACE, ''));
      const name = [status, ...names, ...('RateLimit' in headers ? ['counted'] : [])].join('.');
      shared[name] ??= response as Response;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return shared;
}

/** Shares a parameter that looks the same wherever its name is used. */
function shareParameters(operations: readonly Operation[]): Record<string, Parameter> {
  const all = operations.flatMap(({ parameters = [] }) => parameters as Parameter[]);
  const isShared = ({ name }: Parameter) => {
    const texts = all.filter((other) => other.name === name).map((other) => JSON.stringify(other));
    return texts.length > 1 && new Set(texts).size === 1;
  };
  const shared = Object.fromEntries(all.filter(isShared).map((parameter) => [parameter.name, parameter]));
  for (const operation of operations) {
    if (operation.parameters === undefined) continue;
    operation.parameters = (operation.parameters as Parameter[]).map((parameter) =>
      parameter.name in shared ? { $ref: `#/components/parameters/${parameter.name}` } : parameter,
    );
  }
  return shared;
}

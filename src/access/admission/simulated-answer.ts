import { DataAnswer } from '../../http/index.js';

/** Whether what a data route answers comes from a simulator. An answer that does not say so counts as real. */
export function isSimulated(answer: unknown): boolean {
  if (answer instanceof DataAnswer) return answer.parts.source === 'simulator';
  const data = (answer as { data?: { source?: unknown } } | null | undefined)?.data;
  return data?.source === 'simulator';
}

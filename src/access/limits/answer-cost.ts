/** What an answer of a counted route costs: 2xx and 404 cost one, everything else nothing. */
export function answerCost(status: number): 0 | 1 {
  return (status >= 200 && status < 300) || status === 404 ? 1 : 0;
}

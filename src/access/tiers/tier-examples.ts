/** What the demo answered, for the OpenAPI document. */
export const TIER_EXAMPLES = {
  list: {},
  detail: {},
  createBody: {},
  created: {},
  replaceBody: {},
  changeBody: {},
  changed: {},
  preview: {},
  withdrawn: {},
  deleted: {},
};

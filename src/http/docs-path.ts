/** Where Swagger UI for customers is served. */
export const DOCS_PATH = 'docs';
/** Where Swagger UI for admins is served. */
export const ADMIN_DOCS_PATH = 'docs/admin';

/** Whether a path (without its query) belongs to the admins' page, its files or its document. */
export function isAdminDocs(path: string): boolean {
  return (
    path === `/${ADMIN_DOCS_PATH}` || path.startsWith(`/${ADMIN_DOCS_PATH}/`) || path === `/${ADMIN_DOCS_PATH}-json`
  );
}

/** Whether a path belongs to the customers' page, its files or its document. */
export function isCustomerDocs(path: string): boolean {
  const isDocs = path === `/${DOCS_PATH}` || path.startsWith(`/${DOCS_PATH}/`) || path === `/${DOCS_PATH}-json`;
  return isDocs && !isAdminDocs(path);
}

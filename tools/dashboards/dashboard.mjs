import { layOut } from './panels.mjs';

/** Grafana reads older versions than its own and brings them up to date by itself. */
const SCHEMA_VERSION = 41;
/** Grafana's number for queries that list the values of a label. */
const LABEL_VALUES = 1;

/** A variable that is filled from the values of one label. */
export const choice = (name, label, metric) => ({
  name,
  label,
  type: 'query',
  datasource: { type: 'prometheus', uid: '${datasource}' },
  definition: `label_values(${metric}, ${name})`,
  query: { qryType: LABEL_VALUES, query: `label_values(${metric}, ${name})`, refId: 'variable' },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: ['All'], value: ['$__all'] },
});

/** A whole dashboard as Grafana stores it. `uid` is part of its address and never changes. */
export const dashboard = ({ uid, title, description, variables, rows }) => ({
  uid,
  title,
  description,
  tags: ['mt5-gateway'],
  schemaVersion: SCHEMA_VERSION,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  timezone: 'browser',
  annotations: { list: [] },
  links: [{ type: 'dashboards', title: 'mt5-gateway', tags: ['mt5-gateway'], asDropdown: true, keepTime: true }],
  templating: {
    list: [
      { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1 },
      choice('instance', 'Gateway', 'mt5gw_build_info'),
      ...variables,
    ],
  },
  panels: layOut(rows),
});

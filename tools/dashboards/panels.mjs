/** The few kinds of panel that the dashboards are made of, in the shape that Grafana stores. */

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const PALETTE = { mode: 'palette-classic' };
const HEIGHTS = { stat: 4, gauge: 6, timeseries: 8 };

/** One query: `legend` is Grafana's template, e.g. `{{pool}} p99`. */
export const query = (expr, legend = '') => ({ expr, legend });

/** Lines over time. `limits` = values from which the background is yellow and red. */
export const lines = (title, description, queries, { unit = 'short', stack = false, max, limits } = {}) =>
  panel('timeseries', { title, description }, queries, {
    fieldConfig: {
      unit,
      ...(max === undefined ? {} : { max }),
      min: 0,
      color: PALETTE,
      thresholds: thresholds(limits),
      custom: {
        lineWidth: 1,
        fillOpacity: stack ? 30 : 5,
        showPoints: 'never',
        stacking: { mode: stack ? 'normal' : 'none' },
        thresholdsStyle: { mode: limits === undefined ? 'off' : 'area' },
      },
    },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });

/** One number, the newest. */
export const number = (title, description, queries, { unit = 'short', limits, mappings = [] } = {}) =>
  panel('stat', { title, description }, queries, {
    fieldConfig: { unit, color: { mode: 'thresholds' }, thresholds: thresholds(limits), mappings },
    options: { ...LAST_VALUE, colorMode: 'value', graphMode: 'area', textMode: 'auto' },
  });

/** A dial from 0 to 1, shown in percent. */
export const dial = (title, description, queries, limits) =>
  panel('gauge', { title, description }, queries, {
    fieldConfig: {
      unit: 'percentunit',
      min: 0,
      max: 1,
      color: { mode: 'thresholds' },
      thresholds: thresholds(limits),
    },
    options: { ...LAST_VALUE, showThresholdMarkers: true, showThresholdLabels: false },
  });

/** 1 and 0 as words. */
export const upOrDown = [
  { type: 'value', options: { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } } },
];

/** 0 and 1 of a chain as words. */
export const soundOrBroken = [
  { type: 'value', options: { 0: { text: 'sound', color: 'green' }, 1: { text: 'broken', color: 'red' } } },
];

/** Places rows of panels below each other; the panels of a row share its width equally. */
export function layOut(rows) {
  const panels = [];
  let y = 0;
  for (const row of rows) {
    const w = Math.floor(24 / row.length);
    const h = Math.max(...row.map(({ type }) => HEIGHTS[type]));
    for (const [place, one] of row.entries()) {
      panels.push({ id: panels.length + 1, gridPos: { x: place * w, y, w, h }, ...one });
    }
    y += h;
  }
  return panels;
}

const LAST_VALUE = { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } };

function panel(type, words, queries, { fieldConfig, options }) {
  return {
    type,
    ...words,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, place) => ({
      refId: String.fromCharCode(65 + place),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legend === '' ? '__auto' : legend,
      range: true,
    })),
    fieldConfig: { defaults: fieldConfig, overrides: [] },
    options,
  };
}

function thresholds([warning, critical] = []) {
  const steps = [{ color: 'green', value: null }];
  if (warning !== undefined) steps.push({ color: 'yellow', value: warning });
  if (critical !== undefined) steps.push({ color: 'red', value: critical });
  return { mode: 'absolute', steps };
}

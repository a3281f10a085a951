import { OneOf, Part, Parts, Schema, Text, Whole, answerOf } from '../../http/index.js';
import { OperationView } from './operations.schema.js';
import type { TerminalState } from '../terminal-pool.js';
import { TerminalAccountView, TerminalLogView, TerminalStatsView } from './terminal-reports.schema.js';
import type { RestartAction } from '../upkeep/terminal-restart.js';
import { TERMINAL_STATES, TerminalHealthView, TerminalView } from './terminal.schema.js';

@Schema('All terminals.')
export class TerminalListView {
  @Parts('In configured order.', TerminalView) readonly terminals!: readonly TerminalView[];
}

@Schema('Health of all terminals.')
export class TerminalHealthListView {
  @Parts('In configured order.', TerminalHealthView) readonly terminals!: readonly TerminalHealthView[];
}

@Schema('The action that was started on a terminal.')
export class TerminalActionView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @OneOf(
    '`restart`: the program restarts. `reconnect`: only the connection is closed, and the bridge dials again.',
    ['restart', 'reconnect'],
    'reconnect',
  )
  readonly action!: RestartAction;
}

@Schema('Whether a terminal serves, and its unfinished requests.')
export class TerminalServingView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @OneOf('`draining` while it takes no new requests.', TERMINAL_STATES, 'draining') readonly state!: TerminalState;
  @Text('Since when it is in this state.', '2026-11-20T14:03:21.004Z') readonly since!: string;
  @Whole('Requests sent to the terminal and not answered yet.', 1) readonly in_flight!: number;
  @Whole('Requests in the queue.', 0) readonly queue_depth!: number;
}

@Schema('A started restart of all terminals.')
export class RollingRestartView {
  @Text('Id of the operation, to read its progress.', 'op_5f0c9d2e8a7b6c51') readonly operation_id!: string;
  @Whole('Time limit of one terminal, seconds.', 120) readonly step_limit_seconds!: number;
  @Part('The operation as it is now.', OperationView) readonly operation!: OperationView;
}

export const TerminalListAnswer = answerOf('TerminalListAnswer', TerminalListView, 'All terminals.');

export const TerminalHealthAnswer = answerOf(
  'TerminalHealthAnswer',
  TerminalHealthListView,
  'Health of all terminals.',
);

export const TerminalStatsAnswer = answerOf('TerminalStatsAnswer', TerminalStatsView, 'The figures.');

export const TerminalAnswer = answerOf('TerminalAnswer', TerminalView, 'The terminal now.');

export const TerminalAccountAnswer = answerOf('TerminalAccountAnswer', TerminalAccountView, 'The account.');

export const TerminalLogAnswer = answerOf('TerminalLogAnswer', TerminalLogView, 'The lines.');

export const TerminalActionAnswer = answerOf('TerminalActionAnswer', TerminalActionView, 'What is being done.');

export const TerminalServingAnswer = answerOf('TerminalServingAnswer', TerminalServingView, 'As it is now.');

export const RollingRestartAnswer = answerOf('RollingRestartAnswer', RollingRestartView, 'The operation that began.');

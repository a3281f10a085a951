import { Flag, OneOf, Part, Schema, Text, Whole } from '../../http/index.js';
import { PROCESS_STATES, type ProcessState } from '../../bridge/index.js';

@Schema('The program of a terminal, as the agent of its host last reported it.')
export class HostProcessView {
  @OneOf(
    '`starting`: its turn has not come, or it is being started. `failed`: it cannot be started.',
    PROCESS_STATES,
    'running',
  )
  readonly state!: ProcessState;
  @Whole('Process id; null when there is no process.', 4711, 'nullable') readonly pid!: number | null;
  @Whole('Memory in megabytes; null when unknown.', 846, 'nullable') readonly memory_mb!: number | null;
  @Whole('Starts after the first since the agent started.', 1) readonly restarts!: number;
  @Text('When the process started; null when there is none.', '2026-11-20T09:12:46.330Z', 'nullable')
  readonly started_at!: string | null;
  @Text('How the process before it ended; null when none has ended.', 'exit code 1', 'nullable')
  readonly last_exit!: string | null;
  @Text('When that was.', '2026-11-20T09:12:41.118Z', 'nullable') readonly last_exit_at!: string | null;
  @Text('Why it is in this state; may be empty.', '') readonly detail!: string;
}

@Schema('The host of a terminal, and what its agent says.')
export class TerminalHostView {
  @Text('As configured.', 'main') readonly name!: string;
  @Flag('Its agent is connected now.', true) readonly attached!: boolean;
  @Text('Since when it is connected, or was last.', '2026-11-20T09:12:40.002Z', 'nullable')
  readonly attached_at!: string | null;
  @Part('Null while the agent does not look after this terminal.', HostProcessView, 'nullable')
  readonly process!: HostProcessView | null;
}

import { Flag, OneOf, Part, Schema, Text, Whole } from '../../http/index.js';
import { PROCESS_STATES, type ProcessState } from '../../bridge/index.js';

@Schema('The program of a terminal, as the agent of its host last reported it.')
export class HostProcessView {
  @OneOf(
    '`starting`: it waits for its turn or is being started. `failed`: it cannot be started.',
    PROCESS_STATES,
    'running',
  )
  readonly state!: ProcessState;
  @Whole('Process id; null when there is no process.', 4711, 'nullable') readonly pid!: number | null;
  @Whole('Memory in megabytes; null when unknown.', 846, 'nullable') readonly memory_mb!: number | null;
  @Whole('Starts after the first since the agent started.', 1) readonly restarts!: number;
  @Text('When the process started; null when there is none.', '2026-11-20T09:12:46.330Z', 'nullable')
  readonly started_at!: string | null;
  @Text('How the previous process ended; null when none has ended.', 'exit code 1', 'nullable')
  readonly last_exit!: string | null;
  @Text('When the previous process ended.', '2026-11-20T09:12:41.118Z', 'nullable') readonly last_exit_at!:
    string | null;
  @Text('Why it is in this state; may be empty.', '') readonly detail!: string;
}

@Schema('The host of a terminal, and the report of its agent.')
export class TerminalHostView {
  @Text('Name of the host, as configured.', 'main') readonly name!: string;
  @Flag('Its agent is connected now.', true) readonly attached!: boolean;
  @Text('Since when it is connected, or was last.', '2026-11-20T09:12:40.002Z', 'nullable')
  readonly attached_at!: string | null;
  @Part('The program of the terminal; null while the agent does not manage it.', HostProcessView, 'nullable')
  readonly process!: HostProcessView | null;
}

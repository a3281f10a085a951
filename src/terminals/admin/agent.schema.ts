import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { PROCESS_STATES, type ProcessState } from '../../bridge/index.js';

/** The program of a terminal, as the agent of its host last reported it. */
@ApiSchema({ description: 'The program of a terminal, as the agent of its host last reported it.' })
export class HostProcessSchema {
  @ApiProperty({
    description: '`starting`: its turn has not come, or it is being started. `failed`: it cannot be started.',
    enum: PROCESS_STATES,
    example: 'running',
  })
  readonly state!: ProcessState;

  @ApiProperty({
    description: 'Process id; null when there is no process.',
    type: 'integer',
    nullable: true,
    example: 4711,
  })
  readonly pid!: number | null;

  @ApiProperty({
    description: 'Memory in megabytes; null when unknown.',
    type: 'integer',
    nullable: true,
    example: 846,
  })
  readonly memory_mb!: number | null;

  @ApiProperty({ description: 'Starts after the first since the agent started.', type: 'integer', example: 1 })
  readonly restarts!: number;

  @ApiProperty({
    description: 'When the process started; null when there is none.',
    type: String,
    nullable: true,
    example: '2026-11-20T09:12:46.330Z',
  })
  readonly started_at!: string | null;

  @ApiProperty({
    description: 'How the process before it ended; null when none has ended.',
    type: String,
    nullable: true,
    example: 'exit code 1',
  })
  readonly last_exit!: string | null;

  @ApiProperty({ description: 'When that was.', type: String, nullable: true, example: '2026-11-20T09:12:41.118Z' })
  readonly last_exit_at!: string | null;

  @ApiProperty({ description: 'Why it is in this state; may be empty.', example: '' })
  readonly detail!: string;
}

/** The host of a terminal, and what its agent says. */
@ApiSchema({ description: 'The host of a terminal, and what its agent says.' })
export class TerminalHostSchema {
  @ApiProperty({ description: 'As configured.', example: 'main' })
  readonly name!: string;

  @ApiProperty({ description: 'Its agent is connected now.', example: true })
  readonly attached!: boolean;

  @ApiProperty({
    description: 'Since when it is connected, or was last.',
    type: String,
    nullable: true,
    example: '2026-11-20T09:12:40.002Z',
  })
  readonly attached_at!: string | null;

  @ApiProperty({
    description: 'Null while the agent does not look after this terminal.',
    type: HostProcessSchema,
    nullable: true,
  })
  readonly process!: HostProcessSchema | null;
}

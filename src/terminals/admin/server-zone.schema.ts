import { OneOf, Schema, Texts, Whole } from '../../http/index.js';

@Schema('How the clock of a broker’s server follows UTC, and the source of that rule.')
export class ServerZoneView {
  @OneOf(
    'Configured in `config/terminals.json`, learned from terminals and bars, or not known.',
    ['override', 'learned', 'unknown'],
    'learned',
  )
  readonly source!: 'override' | 'learned' | 'unknown';
  @Texts('The current rule; several while the observations fit more than one.', ['EU+02:00/+03:00'])
  readonly rules!: string[];
  @Whole(
    'Server time from which on offsets are learned; null when none is, or the zone is configured.',
    1741996800,
    'nullable',
  )
  readonly known_from!: number | null;
  @Whole('Number of offsets that terminals reported.', 2) readonly offsets_seen!: number;
  @Whole('Number of weekends of currency pairs that were observed.', 87) readonly weekends_seen!: number;
}

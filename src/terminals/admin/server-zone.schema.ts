import { OneOf, Schema, Texts, Whole } from '../../http/index.js';

@Schema('How the clock of a broker’s server follows UTC, and where that is known from.')
export class ServerZoneView {
  @OneOf(
    'Configured in `config/terminals.json`, learned from terminals and bars, or not known.',
    ['override', 'learned', 'unknown'],
    'learned',
  )
  readonly source!: 'override' | 'learned' | 'unknown';
  @Texts('The rule that holds now; several while what was seen does not tell them apart.', ['EU+02:00/+03:00'])
  readonly rules!: string[];
  @Whole(
    'Server time from which on offsets are learned; null when none is, or the zone is configured.',
    1741996800,
    'nullable',
  )
  readonly known_from!: number | null;
  @Whole('How many times of one offset terminals told.', 2) readonly offsets_seen!: number;
  @Whole('How many weekends of currency pairs were seen.', 87) readonly weekends_seen!: number;
}

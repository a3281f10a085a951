import { Matches } from 'class-validator';
import {
  answerOf,
  Flag,
  PageCursor,
  PageSize,
  OneOf,
  pageOf,
  Part,
  Parts,
  Schema,
  Text,
  Texts,
  Whole,
} from '../../http/index.js';

/** Query of GET /admin/symbol-mappings. */
export class ListMappingsQuery {
  @PageSize('Symbols') readonly limit!: number;
  @PageCursor(/^[A-Z0-9][A-Z0-9._#@&-]{0,30}$/, 'EURUSD') readonly cursor?: string;
}

@Schema('Body of PUT /admin/symbol-mappings/{terminal}/{symbol}.')
export class SymbolMappingBody {
  @Text("The broker's name of the symbol, in its spelling.", 'EURUSD.pro')
  @Matches(/^(?! )[^\p{C}]{1,63}(?<! )$/u, {
    message: 'must be 1 to 63 characters without control characters and without a space at either end',
  })
  readonly broker_name!: string;
}

@Schema('An operator’s override of the broker’s name.')
export class MappingOverrideView {
  @Text("The broker's name.", 'EURUSD.pro') readonly broker_name!: string;
  @Text('When it was set.', '2026-11-20T14:03:21.004Z') readonly changed_at!: string;
  @Text('Actor that set it.', 'key:7hJk2LmN0p') readonly changed_by!: string;
}

@Schema('A symbol on one terminal.')
export class SymbolMappingView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @Text('Canonical name.', 'EURUSD') readonly symbol!: string;
  @Text('Name in config/terminals.json; null where the symbol list of the terminal decides.', null, 'nullable')
  readonly configured_name!: string | null;
  @Part(
    'Override by an operator, which wins over the configured name; null without one.',
    MappingOverrideView,
    'nullable',
  )
  readonly override!: MappingOverrideView | null;
  @Whole('Increases with every change; the `ETag` contains it.', 2) readonly version!: number;
  @Text(
    'The name in use; null while there is none, and then this terminal does not serve the symbol.',
    'EURUSD.pro',
    'nullable',
  )
  readonly broker_name!: string | null;
  @OneOf(
    'How the name was found; `configured` includes overrides.',
    ['configured', 'exact', 'ignoring-case', 'affix', 'alias', 'currencies', null],
    'configured',
    'nullable',
  )
  readonly found_by!: string | null;
  @Flag('The symbol is served by this terminal now.', true) readonly serving!: boolean;
  @Text('Why there is no name in use.', null, 'nullable') readonly problem!: string | null;
  @Texts('Names that it could be, while there is none.', []) readonly candidates!: string[];
}

@Schema('A symbol on all its terminals.')
export class SymbolMappingsView {
  @Text('Canonical name.', 'EURUSD') readonly symbol!: string;
  @Parts('In configured order: the first one is preferred.', SymbolMappingView)
  readonly terminals!: SymbolMappingView[];
}

export const SymbolMappingListAnswer = pageOf('SymbolMappingListAnswer', SymbolMappingsView, 'Sorted by name.');

export const SymbolMappingAnswer = answerOf('SymbolMappingAnswer', SymbolMappingView, 'The mapping now.');

@Schema('The changed mapping.')
export class ChangedMappingView extends SymbolMappingView {
  @Flag('False: the terminal is not connected and could not be asked.', true) readonly checked!: boolean;
}

export const ChangedMappingAnswer = answerOf('ChangedMappingAnswer', ChangedMappingView, 'The mapping as it is now.');

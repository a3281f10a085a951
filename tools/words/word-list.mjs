/**
 * Words that this code base does not use, each with the better one. In trading a fill is an execution, an order is an
 * order and a book is an order book, so none of these words may name anything else.
 */

/** Refused wherever they stand: in comments, texts and names. A space also matches a line break in a comment. */
export const PHRASES = [
  { words: 'whoever', better: 'the person or the thing itself' },
  { words: 'somebody', better: 'the person or the thing itself' },
  { words: 'nobody', better: 'no one, or a sentence about the thing' },
  { words: 'told so', better: 'gets an error' },
  { words: 'what came of', better: 'the result of' },
  { words: 'for the sake of', better: 'for' },
  { words: 'so many', better: 'the number, or "this many"' },
  { words: 'beside', better: 'next to, with or in addition to' },
  { words: 'at once', better: 'immediately, atomically or at the same time' },
  { words: 'of its own', better: 'its own, separate or dedicated' },
  { words: 'further', better: 'additional, another or more' },
  { words: '(?:has|have|had) to be', better: 'must be' },
  { words: 'fillers?', better: 'backfill runner' },
  { words: 'wish(?:es|ed)?', better: 'request' },
  { words: '(?:api|design)\\.md|design section \\d+', better: 'a document of this repository' },
];

/** British spelling and the American form. */
export const SPELLINGS = [
  { words: 'behaviour\\w*', better: 'behavior' },
  { words: 'cancell(?:ed|ing|able)', better: 'canceled, canceling' },
  { words: 'catalogue\\w*', better: 'catalog' },
  { words: 'centre\\w*', better: 'center' },
  { words: 'colour\\w*', better: 'color' },
  { words: 'defence', better: 'defense' },
  { words: 'favour\\w*', better: 'favor' },
  { words: 'grey', better: 'gray' },
  { words: 'honour\\w*', better: 'honor' },
  { words: 'labell(?:ed|ing)', better: 'labeled, labeling' },
  { words: 'learnt', better: 'learned' },
  { words: 'neighbour\\w*', better: 'neighbor' },
  { words: 'towards', better: 'toward' },
  {
    words:
      '(?:initial|random|recogn|normal|serial|organ|summar|synchron|author|minim|maxim|optim|final|util|real)is(?:e[ds]?|ing|ation)',
    better: 'the form with z',
  },
];

/** Refused in names only; the pattern is matched against one identifier. */
export const NAMES = [
  { name: /^fills$|^fill[A-Z]|Fills?(?![a-z])|^FILL_|_FILL(?:_|$)/, better: 'backfill' },
  { name: /^lanes?$|Lanes?(?![a-z])|_LANES?(?:_|$)/, better: 'queue' },
  { name: /^\w*(?:[a-z]|^)(?:Book|book)s?$|^book[A-Z]/, better: 'registry or cache' },
  { name: /^[A-Z]\w+Order$/, better: 'the thing itself: NewAccount, AccountPatch, TierChange' },
  { name: /^[A-Z]\w+(?:Parts|Surroundings)$/, better: 'Deps for dependencies, Options for values' },
  { name: /^(?:MOST|LONGEST|LARGEST)(?:_|$)/, better: 'MAX_' },
  { name: /^(?:offers|beats|troubles)$/, better: 'routeUpdates, heartbeats, terminalErrors' },
  { name: /^(?:tell|told|hear)$|^(?:tell|hear)[A-Z]/, better: 'emit, log or warnOnce' },
  { name: /^care$|Keepers$/, better: 'maintenance' },
  {
    name: /^(?:timeless|crowded|strays|isOver)$/,
    better: 'terminalsWithoutClock, atConcurrencyLimit, rowsOutsidePartitions, isClosing',
  },
  {
    name: /^(?:lostPatience|whenOver|turnAway|greet|refuseStranger)$/,
    better: 'rejectAfterStoreWait, onResponseClosed, rejectOverCapacity, readPreamble, rejectUnauthenticated',
  },
  { name: /^(?:NO_GUESS|INSTEAD|UNDECIDED)$/, better: 'NOT_GUESSING, REDACTED, OUTCOME_UNKNOWN' },
  {
    name: /^(?:StoredLink|KeyOffice|Grievances|Advice)$/,
    better: 'PersistedSeries, KeyServices, UnservedRequests, ConnectHints',
  },
  { name: /^(?:DuplicateInStore|FillOvertaken)$/, better: 'an error class that ends in Error' },
];

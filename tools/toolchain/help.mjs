/**
 * What `npm run <task> -- --help` prints, for every task that does not answer it by itself. Printed by the launcher, so
 * that asking for help installs, builds and starts nothing.
 */
export const helpTexts = {
  demo: `usage: npm run demo
Starts a Postgres, the gateway and 15 simulated terminals, prints keys and URLs, and runs until Ctrl-C.
  DATA_DIR     where it keeps its database and keys (default: .data)
  CANDLES_DIR  a folder of recorded candles to replay instead of a made-up market
  PORT, BRIDGE_PORT  the ports of HTTP (default: 5001) and of the bridge (default: 5002)`,
  start: `usage: npm start
Starts the gateway with the settings of the environment and of .env (see .env.example). SIGTERM ends it.`,
  dev: `usage: npm run dev
Compiles what is saved and restarts the gateway with it.`,
  simulator: `usage: npm run simulator -- PLAN.json
Runs simulated terminals by a plan (see simulator/README.md) until SIGTERM.
  SIMULATOR_PLAN        the plan itself as JSON, where no file is named
  BRIDGE_MASTER_SECRET  the gateway's secret, where the plan does not hold it
  CANDLES_DIR           the folder of recorded candles, where the plan does not name it`,
  agent: `usage: npm run agent
Starts and watches the terminals of this host (see docs/connect-a-terminal.md). SIGTERM ends it and them.`,
  migrate: `usage: npm run migrate
Brings the database of MIGRATE_DATABASE_URL (else DATABASE_URL) to the schema of this version.`,
  doctor: `usage: npm run doctor
Examines settings, database, gateway, agents and terminals. Ends with 1 if anything is wrong.`,
  openapi: `usage: npm run openapi [-- check | release]
Writes openapi.json from the controllers.
  check    says what would break clients of the last release, and ends with 1 if anything would
  release  keeps the description as that of this version`,
  schemas: `usage: npm run schemas
Writes .env.example, docs/reference.md and config/schemas/ from the declarations.`,
  bench: `usage: npm run bench -- NAME [arguments]
Runs the benchmark bench/NAME.ts.`,
  mutants: `usage: npm run mutants -- [words of a name or file]
Plants mistakes in copies of the MQL5 sources and says which of them the tests notice. Takes a quarter of an hour.`,
  test: `usage: npm test [-- arguments of Jest]
Runs every test and ends with the line "N passed, N failed".`,
  check: `usage: npm run check
Runs types, lint, import directions, format and unit tests.`,
  build: `usage: npm run build
Compiles into dist/ what changed.`,
  format: `usage: npm run format
Lays the code out.`,
};

/** Whether the arguments ask for help. */
export const asksForHelp = (args) => args.some((word) => word === '--help' || word === '-h');

export const HELP = `A bank on EventCore: accounts, transfers between them, limits and approvals, clearing with other banks.

npm start                     runs a sample day in a new bank, in a SQLite file of its own
npm start -- --input FILE     takes over the transactions of a real bank (CSV; see below)
npm start -- --rebuild-statements
                              rebuilds the account statements beside the old ones while transfers run, then switches

  --store URL         Where the events are kept: memory:, sqlite:PATH or postgres://USER@HOST:PORT/DATABASE.
                      Without it, a new SQLite file for the sample, and sqlite:bank.db for --input.
  --rebuild-statements
                      A new version of the read model fills a table of its own, while 8 customers transfer money and
                      another reads statements; then it takes the old one's place in one transaction. Shows how far it
                      is. Killed and started again, it goes on. A bank that is new has its day first.
  --concurrency N     Commands in flight at once, in each process. Default 64.
  --balances FILE     Writes the balance of each account to FILE, in minor units, folded from the log at the end:
                      CSV with the columns account,balance.
  --json              Prints one JSON object instead of the report.
  -h, --help          Shows this.

Each row of the input is one command, whose id is made from the id of the row. Run it again, or kill it in the middle and
run it again: what was committed stays, and nothing is executed twice.

The input of --input is a CSV file separated by ";", with the columns trans_id, account_id, date, type, operation, amount,
balance, k_symbol and bank, as in the "Berka" data set of a Czech bank. At a line that cannot be read the program stops
and names it; what stands before it is committed.

The object of --json:
  store              where the events are kept
  rows               rows that were executed: committed + alreadyCommitted + all that were rejected
  committed          commands that committed in this run
  alreadyCommitted   commands that an earlier run had committed
  rejected           commands that were refused: how many, by the code of the rejection
  conflicts          how often the store refused a commit because a stream that the command had read had changed
  retries            how often a command was decided again: conflicts, and stores that were busy or not reachable
  seconds            time in which the rows were executed
  commandsPerSecond  rows / seconds
  accounts           accounts of the bank
  conserved          true when the log shows that no money was made or lost
  conflictsByStream  how many of the streams that had changed were of which kind
  branches           rows, conflicts and retries of each branch
  money              from the log, in minor units: cameIn, wentOut, held in accounts, owed to partner banks
  input              with --input: accounts whose balance equals the sum of their rows (equal), does not (different), or
                     has entries of other input too (otherInput); accounts whose balance is the one that the bank
                     recorded on their last day (recordedEqual), or within 1.00 of it (recordedWithinOne); and rows that
                     stand in the input more than once (repeatedRows)
  statements         the account statements, read once they contained everything: the version of the read model, its
                     lines in all accounts, and how many milliseconds that took after the last command (waitedMs)
  rebuild            with --rebuild-statements: from which version to which; events of the log, seconds, eventsPerSecond;
                     transfers that were committed and reads of a statement meanwhile
  error              only if something went wrong: code and message

Exit code: 0 if all went well, 1 if something went wrong, 2 if the command line cannot be understood.
`

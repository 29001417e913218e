export const HELP = `A shop on EventCore: products with stock, carts, orders, payments and shipments behind a web API.

npm run shop                            opens the shop at http://127.0.0.1:3000, in the SQLite file shop.db
npm run shop -- --import FILE           takes over the invoices of a real shop (CSV; see below)
npm run shop -- --load 10000            places so many generated orders, as fast as it can
npm run shop -- --stock FILE            writes what was sold, folded from the log

  --store URL         Where everything is kept: sqlite:PATH or postgres://USER@HOST:PORT/DATABASE. Default sqlite:shop.db.
                      Any number of servers may share one PostgreSQL database.
  --host HOST         Where the server listens. Default 127.0.0.1: nobody else can reach it. It has no users and no passwords.
  --port PORT         Default 3000. 0: one that is free.
  --pay-within S      Seconds after which an order that is not paid is cancelled. Default 900.
  --stock FILE        Writes CSV with the columns product,sold,revenue (pieces, and minor units): all orders less what was
                      cancelled or came back. After --import or --load if they are given too.
  --concurrency N     Commands in flight at once, for --import and --load. Default 64.
  --json              One JSON object instead of a report, for --import, --load and --stock.
  -h, --help          Shows this.

The file of --import is CSV with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice and CustomerID, as in
the "Online Retail" data set. Each invoice becomes one order over all its products, whole or not at all; lines with a quantity below
0 come back. The file is read to its end before anything is written: a line that cannot be read is named, and nothing is done. Run it
again, or kill it in the middle and run it again: nothing is ordered twice.

The object of --json:
  store          where the events are kept
  orders         invoices that were placed as orders
  returns        invoices, or parts of them, that came back
  committed      commands that committed in this run
  alreadyCommitted   commands that an earlier run had committed
  conflicts      how often a command lost against another process that wrote the same streams
  retries        how often a command was decided again
  seconds        time in which orders and returns were executed
  commandsPerSecond
  times          by the number of streams in a command (more than in the class before, at most upTo): commands, p50 and p95
                 in milliseconds
  products       products in the log that ever were in an order
  sold, revenue  of all products, in pieces and in minor units
  oversold       products of which more was ever sold than there was: 0
  unequal        products of which the orders say something else than the stock: 0
  asInFile       whether the log says of each product what the input says, recomputed apart from all this
  error          only if something went wrong: code and message

Exit code: 0 if all went well, 1 if something went wrong, 2 if the command line cannot be understood.
`

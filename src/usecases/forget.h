// What is kept of people who are no staff is kept for a term and then forgotten: rows of a ledger
// that has a `keep` are deleted when it has passed, with nobody logged in. The journal says that a
// row of the ledger was forgotten and nothing of what it held. Of a matter that has ended only what
// is personal is let go of: that it was, and how it was dealt with, stays.
//
// The term runs from the first given of the ledger's `keep_from`, else from the end of the row; a
// row that came to be known later is kept the term from then on, and a moment that is still to come
// (a slip of the pen) counts as the hour in which it was entered.

#pragma once

#include "base/time.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

class Forgetting {
 public:
  // Once an hour of the clock, and at once where the clock was set back. Gives how many rows and
  // matters. From one thread; several servers over one store may do it at the same time.
  std::int64_t forget_rows(Store& store, const pack::Pack& pack, const Zone& zone, Instant now);

 private:
  Instant last_{};
};

}  // namespace anxiao::usecases

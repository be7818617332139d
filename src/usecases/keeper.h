// What the clock asks for, with nobody logged in: a term that has lapsed is recorded and tells the
// next post that answers; files that nothing uses are swept away. Each is done once, however often
// a round is broken off or how many rounds run at once: what is found and what is written about it
// share a transaction.

#pragma once

#include "base/time.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

class AttachmentFiles;

// Records every lapse up to `now`; of a long silence each with the hour it was due. Gives how many.
std::int64_t keep_terms(Store& store, const pack::Pack& pack, const Zone& zone, Instant now);

// Removes files that nothing has used for a day. Gives how many.
std::int64_t sweep_attachments(Store& store, AttachmentFiles& files, Instant now);

}  // namespace anxiao::usecases

// Whether the journal is what it was when it was sealed: every entry against its hash, every batch
// against its root, every seal against the one before and against a key from outside the database.
//
// It cannot see that the newest seals were cut off together with all that they seal: for that, note
// a chained root elsewhere (`/journal/roots`) and compare.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "usecases/ports.h"
#include "usecases/progress.h"
#include "usecases/seals.h"

namespace anxiao::usecases {

struct Finding {
  enum class Kind {
    entry_altered,  // its content is not what its hash was taken over
    entry_missing,  // a sequence that no entry has
    entry_doubled,  // a sequence that several entries have
    root_differs,   // entries that fit their hashes, but not the root of their batch
    seal_missing,   // a number, or sequences between two seals
    chain_broken,   // chained to something else than the seal before
    signature_wrong,
    key_unknown,  // signed with a key that is not among those given
  };
  Kind kind;
  std::int64_t seq = 0;   // the entry, or the first one concerned
  std::int64_t seal = 0;  // the number of the seal concerned; 0: none yet
  std::string detail;     // an English sentence
};

const char* word_of(Finding::Kind kind);

struct Verification {
  std::int64_t entries = 0;  // read
  std::int64_t sealed = 0;   // of them under a seal
  std::int64_t seals = 0;
  std::string last_chained;       // of the newest seal, hexadecimal
  std::vector<Finding> findings;  // the first 1000
  std::int64_t more_findings = 0;
  bool sound() const { return findings.empty(); }
};

Verification verify_journal(Reader& reader, const PublicKeys& keys, const Progress& progress = {});

// Checks a proof given by `prove_entry` with nothing but itself and, where there are any, the keys
// that the caller trusts; without them, with the key that the proof names. Refuses with key
// `journal.proof_wrong` and the reason in `detail`.
Result<void> verify_proof(const boost::json::value& proof, const PublicKeys& trusted = {});

}  // namespace anxiao::usecases

// One case of a pack, run: a matter is made as `given` says, `when` is done to it, and what comes
// of it is compared with `then`. Nothing here knows a move, a stage or a level by name.
//
// given  stage (absent: not opened yet), level, assessed, fields, made [{move, person}], entered,
//        due, holder (a word; absent: its own organisation), vacant [posts], settled [fields: the
//        matter each of them names has ended]
// when   move, by (post or posts), person, at, fields, filled [posts]; or clock: an hour; or
//        offered: true with by and person, to ask what the page would offer of `move`
// then   to, passed, level, assessed, holder, due, late, fields (some), gone [fields], personal
//        [fields given with the move of which the journal holds the name alone]; or
//        refused: key, with wants, clause, move, field, fault; or lapse: how often the term
//        lapsed by then, with answers: the post told last, due: the first lapse
//
// Hours without an offset are of the pack's zone. A person or an organisation is any word; in a
// field it is written `$word`, and so is a photograph.

#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/loops/loop.h"
#include "pack/cases.h"

namespace anxiao::cases {

// What was seen while a case ran, for the coverage.
struct Seen {
  loops::Matter matter;  // as given
  loops::Step step;
  bool clock = false;
  int lapses = 0;
  std::optional<loops::Moved> moved;
  std::optional<Refusal> refusal;
};

struct Ran {
  Seen seen;
  std::vector<std::string> wrong;  // empty: the case holds
};

Ran run(const pack::Pack& pack, const Zone& zone, const pack::Case& one);

// The id a word stands for, the same every time.
std::string id_of(const std::string& word);

}  // namespace anxiao::cases

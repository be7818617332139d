// Matters walked along a chart by chance, to an end or for a while. What a chart promises holds in
// every life, not only in the cases somebody thought of.

#pragma once

#include <vector>

#include "base/time.h"
#include "domain/loops/loop.h"
#include "pack/pack.h"

namespace anxiao::cases {

struct Life {
  std::vector<loops::Matter> matters;  // before the first move, and after each
  std::vector<loops::Moved> moves;
};

// Steps of any move, by any post of the pack and a few people, with more or less of the fields.
Life live(const pack::Pack& pack, const pack::Chart& chart, const Zone& zone, unsigned seed);

}  // namespace anxiao::cases

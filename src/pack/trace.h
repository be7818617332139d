// Every requirement of a pack on a line: whether it is held, by what, from which norms, and how
// many cases prove it. For people who compare a pack with the notice.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

// One line for each requirement in the order of the clauses, then one with the sums. The cases of
// a requirement are counted by the caller; an absent one has none.
//
//   C07.14  held   loop/hazard  norms 7-03  cases 3
//   C07.17  later  -  norms 7-04 7-09 7-11  cases 0  Wants grading
std::vector<std::string> trace(const Pack& pack, const std::map<std::string, int>& cases = {});

}  // namespace anxiao::pack

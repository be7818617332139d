// What follows from what: one ordered table from a fact to what is done about it, in the same
// transaction. Whoever makes a fact tells it here and knows nothing of its consequences.

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "usecases/answers.h"
#include "usecases/matter_rows.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// A matter was moved, by somebody or by itself; `whole` is as the rows are, and stays so.
struct MatterMoved {
  const pack::Chart& chart;
  WholeMatter& whole;
};

// A checklist was answered; what is opened because of it is added to `answer.matters`.
struct DutyAnswered {
  AnsweredDuty& answer;
};

using Fact = std::variant<MatterMoved, DutyAnswered>;

// A refusal undoes the fact as well.
Result<void> react(Transaction& transaction, const Office& office, const Fact& fact);

struct Reaction {
  std::string_view fact;  // the kind of journal line
  std::string_view what;  // an English sentence
  Result<void> (*follow)(Transaction&, const Office&, const Fact&);
};
// In the order in which they follow.
const std::vector<Reaction>& reactions();

}  // namespace anxiao::usecases

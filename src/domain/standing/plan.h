// The checks of a pack, made ready to be asked millions of times: names become places in lists, and
// of each ledger only the fields that some check reads are kept, as numbers. What reads what is
// known from here, so that a fact touches the cells that it may change and no others.

#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::standing {

inline constexpr std::uint16_t kNone = std::numeric_limits<std::uint16_t>::max();

// How a field is kept: a number; a day as its number; a choice as its place in the list; several
// choices as bits; of anything else only whether it is filled. Blank is not a number.
enum class Slot : std::uint8_t { number, day, choice, choices, filled };

struct FieldPlan {
  std::string id;
  Slot slot = Slot::filled;
  std::vector<std::string> choices;
};

struct LedgerPlan {
  std::string id;
  std::vector<FieldPlan> fields;
  std::vector<std::uint16_t> checks;  // that read it
};

struct RowTest {
  enum class Compare : std::uint8_t { one_of, none_of, at_least, below, filled, blank };
  std::uint16_t slot = kNone;
  Compare compare = Compare::filled;
  bool many = false;                  // the slot holds bits, not one place
  std::uint64_t choices = 0;          // bits, where there are many
  std::vector<std::uint16_t> places;  // of the choices, where there is one
  double number = 0;
};

struct CheckPlan {
  const pack::Check* check = nullptr;
  std::uint16_t requirement = kNone;
  std::uint16_t ledger = kNone;
  std::uint16_t post = kNone, duty = kNone, loop = kNone;  // places in the lists of the plan
  std::vector<RowTest> where;
  std::uint16_t field = kNone, on = kNone, topics = kNone, of_field = kNone;  // slots
  bool topics_many = false;
  std::uint64_t all_of = 0;  // bits
};

struct RequirementPlan {
  const pack::Requirement* requirement = nullptr;
  int clause = 0;
  std::vector<std::uint16_t> checks;
};

// What can be asked of a kind of organisation at all; only for these cells are kept.
struct KindPlan {
  std::vector<std::uint16_t> checks, requirements;
  std::vector<std::uint16_t> place_of_check;  // by check; kNone where it is not asked
  std::vector<bool> loops;                    // by loop: whether a check reads its matters
};

class Plan {
 public:
  explicit Plan(std::shared_ptr<const pack::Pack> pack);

  const pack::Pack& pack() const { return *pack_; }
  const std::vector<RequirementPlan>& requirements() const { return requirements_; }
  const std::vector<CheckPlan>& checks() const { return checks_; }
  const std::vector<LedgerPlan>& ledgers() const { return ledgers_; }

  // Of a kind that no requirement binds: nothing.
  const KindPlan& kind(std::string_view id) const;
  // kNone for what no check reads.
  std::uint16_t requirement(std::string_view id) const;
  std::uint16_t ledger(std::string_view id) const;
  std::uint16_t post(std::string_view id) const;
  std::uint16_t duty(std::string_view id) const;
  std::uint16_t loop(std::string_view id) const;
  std::size_t posts() const { return posts_.size(); }
  std::size_t duties() const { return duties_.size(); }
  std::size_t loops() const { return loops_.size(); }
  const std::string& duty_id(std::uint16_t place) const { return duties_[place]; }

  const std::vector<std::uint16_t>& checks_of_post(std::uint16_t post) const;
  const std::vector<std::uint16_t>& checks_of_duty(std::uint16_t duty) const;
  const std::vector<std::uint16_t>& checks_of_loop(std::uint16_t loop) const;

  // The fields of a row as numbers, in the order of the ledger's plan.
  std::vector<double> slots_of(std::uint16_t ledger, const boost::json::object& fields) const;

 private:
  using Places = std::unordered_map<std::string, std::uint16_t>;
  std::uint16_t slot_of(LedgerPlan& ledger, const std::string& field) const;
  CheckPlan compiled(const pack::Check& check, std::uint16_t requirement);

  std::shared_ptr<const pack::Pack> pack_;
  std::vector<RequirementPlan> requirements_;
  std::vector<CheckPlan> checks_;
  std::vector<LedgerPlan> ledgers_;
  std::unordered_map<std::string, KindPlan> kinds_;
  KindPlan unbound_;
  std::vector<std::string> posts_, duties_, loops_;
  Places requirement_places_, ledger_places_, post_places_, duty_places_, loop_places_;
  std::vector<std::vector<std::uint16_t>> by_post_, by_duty_, by_loop_;
};

// The number of a day slot, and back.
inline double slot_of_day(Day day) { return static_cast<double>(day.number); }

}  // namespace anxiao::standing

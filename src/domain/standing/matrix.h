// Which organisation keeps which requirement, kept up to date in memory: a matrix of cells,
// organisation by check, moved by facts. A fact touches the cells that read what it changed; each
// cell knows when time alone will change it, and a queue wakes it then. Sums roll up the tree as
// differences, so the standing of a city is read and not computed.
//
// It is fed facts and asked; it knows no store, no journal and no thread.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/standing/plan.h"
#include "domain/standing/verdict.h"

namespace anxiao::standing {

struct Cell {
  State state = State::not_applicable;
  float value = 0;
  float wanted = 0;
  std::int64_t changes_at = kNever;
};

// How many organisations at and under a node are in each state, of one requirement.
using Counts = std::array<std::uint32_t, kStates>;

class Matrix {
 public:
  // The periods that run on a day for an organisation.
  using PeriodsOf = std::function<Periods(const Subject&, Day)>;

  // The zone outlives it.
  Matrix(std::shared_ptr<const Plan> plan, const Zone& zone, PeriodsOf periods_of);

  const Plan& plan() const { return *plan_; }

  // Puts an organisation there, or what it is in place of what it was; its rows, posts, duties and
  // matters stay where it was there already and are empty where not. `nodes`: from the root down,
  // its own id last.
  void put(const std::string& id, const std::string& kind, const boost::json::object& facets,
           Instant since, const std::vector<std::string>& nodes);
  void remove(const std::string& id);

  // Facts. Of organisations that are not there, and of what no check reads, nothing follows.
  void put_row(const std::string& id, std::string_view ledger, std::string_view row,
               const boost::json::object& fields);
  void drop_row(const std::string& id, std::string_view ledger, std::string_view row);
  void set_holders(const std::string& id, std::string_view post, std::size_t count);
  void duty_done(const std::string& id, std::string_view duty, Instant at);
  void duty_missed(const std::string& id, std::string_view duty, Instant closed_at);
  // Whether some check of such an organisation reads matters of the loop; of others none are kept.
  bool sees_matters(const std::string& id, std::string_view loop) const;
  // An open matter that is of the organisation, of what is under it, or held by it, with the time
  // at which its term ends, in place of what was said of it; and one that is so no more.
  void put_matter(const std::string& id, std::string_view loop, std::string_view matter,
                  std::int64_t due);
  void drop_matter(const std::string& id, std::string_view loop, std::string_view matter);
  // All of them, in place of those that were there.
  void set_matters(const std::string& id, std::string_view loop, std::vector<Due> open);

  // Until the first call nothing is decided; then everything is, and after it only what changed.
  void turn(Instant now);
  Instant turned() const { return hour_.now; }

  // --- what stands, as of `turned` ---

  // By requirement of the plan.
  std::vector<Counts> counts(std::string_view node) const;
  State state_of(std::string_view id, std::uint16_t requirement) const;
  const Cell* cell(std::string_view id, std::uint16_t check) const;
  const Subject* subject(std::string_view id) const;
  // In order of path.
  std::vector<std::string> in_state(std::string_view node, std::uint16_t requirement,
                                    State state) const;
  // Every organisation at and under the node with its path and how it stands with each requirement
  // that `plan().kind(subject.kind)` names, in that order; the organisations in no order.
  using Each =
      std::function<void(const Subject&, std::string_view path, std::span<const State> states)>;
  void each_under(std::string_view node, const Each& each) const;

  std::size_t subjects() const { return places_.size(); }
  std::size_t cells() const { return cells_; }
  // With the rows that are kept of organisations; and of the cells alone, with their sums and the
  // queue that wakes them.
  std::size_t bytes() const;
  std::size_t cell_bytes() const;

  // Every cell from scratch, as it would be if nothing had been kept; for comparison.
  std::vector<Cell> evaluated(std::string_view id) const;

 private:
  struct Held {
    Subject subject;
    std::vector<std::uint32_t> nodes;
    std::vector<Cell> cells;    // by check of the kind's plan
    std::vector<State> states;  // by requirement of the kind's plan
    const KindPlan* plan = nullptr;
    std::string order;  // its path
    bool there = true;
  };
  struct Wake {
    std::int64_t at;
    std::uint32_t subject;
    std::uint16_t check;
    bool operator>(const Wake& other) const { return at > other.at; }
  };

  Held* find(const std::string& id);
  // The matters of the loop there; none where no check reads them.
  std::vector<Due>* matters_of(Held* held, std::uint16_t loop);
  const Held* find(std::string_view id) const;
  std::uint32_t node_of(const std::string& id);
  // From now on the node has sums of its own: others are under it.
  void sum_up(std::uint32_t node);
  void count(std::vector<Counts>& sums, const Held& held) const;
  Hour hour_of(const Subject& subject) const;
  Verdict verdict_of(const Held& held, std::uint16_t check, const Hour& hour) const;
  void decide(std::uint32_t subject, std::uint16_t check);
  void decide_all(std::uint32_t subject);
  void settle(Held& held, std::uint16_t requirement);
  void touch(Held& held, const std::vector<std::uint16_t>& checks);

  std::shared_ptr<const Plan> plan_;
  const Zone& zone_;
  PeriodsOf periods_of_;
  Hour hour_;
  bool begun_ = false;
  std::unordered_map<std::string, std::uint32_t> places_, node_places_;
  std::vector<std::unique_ptr<Held>> held_;
  // By node, by requirement. Most nodes are one organisation, whose states say it: they have none.
  std::vector<std::vector<Counts>> sums_;
  std::vector<std::vector<std::uint32_t>> under_;  // by node: organisations
  std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes_;
  std::size_t cells_ = 0;
};

// A name of a row or a matter, short enough to keep a million of them.
std::uint64_t short_name(std::string_view id);

}  // namespace anxiao::standing

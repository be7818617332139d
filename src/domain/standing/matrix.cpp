#include "domain/standing/matrix.h"

#include <algorithm>

namespace anxiao::standing {

std::uint64_t short_name(std::string_view id) {
  // FNV-1a, 64 bits.
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char each : id) {
    hash ^= static_cast<unsigned char>(each);
    hash *= 1099511628211ULL;
  }
  return hash;
}

Matrix::Matrix(std::shared_ptr<const Plan> plan, const Zone& zone, PeriodsOf periods_of)
    : plan_(std::move(plan)), zone_(zone), periods_of_(std::move(periods_of)) {
  hour_.zone = &zone_;
}

Matrix::Held* Matrix::find(const std::string& id) {
  const auto place = places_.find(id);
  return place == places_.end() ? nullptr : held_[place->second].get();
}

const Matrix::Held* Matrix::find(std::string_view id) const {
  const auto place = places_.find(std::string(id));
  return place == places_.end() ? nullptr : held_[place->second].get();
}

std::uint32_t Matrix::node_of(const std::string& id) {
  const auto [place, fresh] = node_places_.emplace(id, static_cast<std::uint32_t>(sums_.size()));
  if (fresh) {
    sums_.emplace_back();
    under_.emplace_back();
  }
  return place->second;
}

void Matrix::sum_up(std::uint32_t node) {
  if (!sums_[node].empty()) return;
  sums_[node].resize(plan_->requirements().size());
  for (const auto subject : under_[node]) count(sums_[node], *held_[subject]);
}

void Matrix::count(std::vector<Counts>& sums, const Held& held) const {
  for (std::size_t at = 0; at < held.plan->requirements.size(); ++at)
    ++sums[held.plan->requirements[at]][static_cast<std::size_t>(held.states[at])];
}

void Matrix::put(const std::string& id, const std::string& kind, const boost::json::object& facets,
                 Instant since, const std::vector<std::string>& nodes) {
  const auto* plan = &plan_->kind(kind);
  auto* known = find(id);
  if (!known && plan->checks.empty()) return;
  std::unique_ptr<Held> before;
  if (known) {
    auto kept = std::move(known->subject);
    remove(id);
    if (plan->checks.empty()) return;
    before = std::make_unique<Held>();
    before->subject = std::move(kept);
  }
  auto held = before ? std::move(before) : std::make_unique<Held>();
  auto& subject = held->subject;
  subject.id = id;
  subject.kind = kind;
  subject.facets = facets;
  subject.since = since;
  subject.rows.resize(plan_->ledgers().size());
  subject.posts.resize(plan_->posts());
  subject.duties.resize(plan_->duties());
  subject.loops.resize(plan_->loops());
  held->plan = plan;
  held->cells.resize(plan->checks.size());
  held->states.resize(plan->requirements.size(), State::not_applicable);
  const auto place = static_cast<std::uint32_t>(held_.size());
  for (const auto& node : nodes) {
    const auto at = node_of(node);
    held->nodes.push_back(at);
    held->order += '/' + node;
    if (node != id) sum_up(at);
    under_[at].push_back(place);
    if (!sums_[at].empty()) count(sums_[at], *held);
  }
  cells_ += held->cells.size();
  places_[id] = place;
  held_.push_back(std::move(held));
  if (begun_) decide_all(place);
}

void Matrix::remove(const std::string& id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  auto& held = *held_[found->second];
  for (const auto node : held.nodes) {
    for (std::size_t at = 0; at < held.plan->requirements.size() && !sums_[node].empty(); ++at)
      --sums_[node][held.plan->requirements[at]][static_cast<std::size_t>(held.states[at])];
    std::erase(under_[node], found->second);
  }
  cells_ -= held.cells.size();
  held.there = false;
  held.cells.clear();
  held.subject = {};
  places_.erase(found);
}

void Matrix::put_row(const std::string& id, std::string_view ledger, std::string_view row,
                     const boost::json::object& fields) {
  auto* held = find(id);
  const auto place = plan_->ledger(ledger);
  if (!held || place == kNone) return;
  auto& rows = held->subject.rows[place];
  const auto slots = plan_->slots_of(place, fields);
  const auto name = short_name(row);
  const auto known = std::ranges::find(rows.ids, name);
  const auto at = static_cast<std::size_t>(known - rows.ids.begin());
  if (known == rows.ids.end()) {
    rows.ids.push_back(name);
    rows.slots.insert(rows.slots.end(), slots.begin(), slots.end());
  } else {
    std::ranges::copy(slots, rows.slots.begin() + static_cast<std::ptrdiff_t>(at * slots.size()));
  }
  touch(*held, plan_->ledgers()[place].checks);
}

void Matrix::drop_row(const std::string& id, std::string_view ledger, std::string_view row) {
  auto* held = find(id);
  const auto place = plan_->ledger(ledger);
  if (!held || place == kNone) return;
  auto& rows = held->subject.rows[place];
  const auto known = std::ranges::find(rows.ids, short_name(row));
  if (known == rows.ids.end()) return;
  const auto width = static_cast<std::ptrdiff_t>(rows.slots.size() / rows.ids.size());
  const auto from = rows.slots.begin() + (known - rows.ids.begin()) * width;
  rows.slots.erase(from, from + width);
  rows.ids.erase(known);
  touch(*held, plan_->ledgers()[place].checks);
}

void Matrix::set_holders(const std::string& id, std::string_view post, std::size_t count) {
  auto* held = find(id);
  const auto place = plan_->post(post);
  if (!held || place == kNone) return;
  held->subject.posts[place] = static_cast<std::uint16_t>(std::min<std::size_t>(count, 65535));
  touch(*held, plan_->checks_of_post(place));
}

void Matrix::duty_done(const std::string& id, std::string_view duty, Instant at) {
  auto* held = find(id);
  const auto place = plan_->duty(duty);
  if (!held || place == kNone) return;
  auto& facts = held->subject.duties[place];
  facts.done_at = std::max(facts.done_at, at.ms);
  touch(*held, plan_->checks_of_duty(place));
}

void Matrix::duty_missed(const std::string& id, std::string_view duty, Instant closed_at) {
  auto* held = find(id);
  const auto place = plan_->duty(duty);
  if (!held || place == kNone) return;
  auto& facts = held->subject.duties[place];
  facts.missed_at = std::max(facts.missed_at, closed_at.ms);
  touch(*held, plan_->checks_of_duty(place));
}

std::vector<Due>* Matrix::matters_of(Held* held, std::uint16_t loop) {
  if (!held || loop == kNone || !held->plan->loops[loop]) return nullptr;
  return &held->subject.loops[loop].due;
}

bool Matrix::sees_matters(const std::string& id, std::string_view loop) const {
  const auto* held = find(id);
  const auto place = plan_->loop(loop);
  return held && place != kNone && held->plan->loops[place];
}

void Matrix::put_matter(const std::string& id, std::string_view loop, std::string_view matter,
                        std::int64_t due) {
  auto* held = find(id);
  const auto place = plan_->loop(loop);
  auto* open = matters_of(held, place);
  if (!open) return;
  const Due now{due, short_name(matter)};
  const auto known = std::ranges::find(*open, now.matter, &Due::matter);
  if (known != open->end()) {
    if (*known == now) return;
    open->erase(known);
  }
  open->insert(std::ranges::lower_bound(*open, now), now);
  touch(*held, plan_->checks_of_loop(place));
}

void Matrix::drop_matter(const std::string& id, std::string_view loop, std::string_view matter) {
  auto* held = find(id);
  const auto place = plan_->loop(loop);
  auto* open = matters_of(held, place);
  if (!open) return;
  const auto known = std::ranges::find(*open, short_name(matter), &Due::matter);
  if (known == open->end()) return;
  open->erase(known);
  touch(*held, plan_->checks_of_loop(place));
}

void Matrix::set_matters(const std::string& id, std::string_view loop, std::vector<Due> open) {
  auto* held = find(id);
  const auto place = plan_->loop(loop);
  auto* kept = matters_of(held, place);
  if (!kept) return;
  std::ranges::sort(open);
  *kept = std::move(open);
  touch(*held, plan_->checks_of_loop(place));
}

void Matrix::touch(Held& held, const std::vector<std::uint16_t>& checks) {
  if (!begun_) return;
  const auto place = places_.find(held.subject.id);
  for (const auto check : checks) decide(place->second, check);
}

Hour Matrix::hour_of(const Subject& subject) const {
  Hour hour = hour_;
  hour.periods = periods_of_(subject, hour.today);
  return hour;
}

Verdict Matrix::verdict_of(const Held& held, std::uint16_t check, const Hour& hour) const {
  const auto& plan = plan_->checks()[check];
  if (!binds(*plan_->requirements()[plan.requirement].requirement, held.subject)) return {};
  return look(*plan_, plan, held.subject, hour);
}

void Matrix::decide(std::uint32_t subject, std::uint16_t check) {
  auto& held = *held_[subject];
  const auto place = held.plan->place_of_check[check];
  if (place == kNone) return;
  const auto verdict = verdict_of(held, check, hour_of(held.subject));
  auto& cell = held.cells[place];
  const bool other = cell.state != verdict.state;
  if (verdict.changes_at != kNever && verdict.changes_at != cell.changes_at)
    wakes_.push({verdict.changes_at, subject, check});
  cell = {verdict.state, verdict.value, verdict.wanted, verdict.changes_at};
  if (other) settle(held, plan_->checks()[check].requirement);
}

void Matrix::decide_all(std::uint32_t subject) {
  auto& held = *held_[subject];
  const auto hour = hour_of(held.subject);
  for (std::size_t place = 0; place < held.cells.size(); ++place) {
    const auto check = held.plan->checks[place];
    const auto verdict = verdict_of(held, check, hour);
    if (verdict.changes_at != kNever) wakes_.push({verdict.changes_at, subject, check});
    held.cells[place] = {verdict.state, verdict.value, verdict.wanted, verdict.changes_at};
  }
  for (const auto requirement : held.plan->requirements) settle(held, requirement);
}

void Matrix::settle(Held& held, std::uint16_t requirement) {
  State worst = State::not_applicable;
  for (const auto check : plan_->requirements()[requirement].checks) {
    const auto place = held.plan->place_of_check[check];
    if (place != kNone) worst = std::max(worst, held.cells[place].state);
  }
  const auto found = std::ranges::lower_bound(held.plan->requirements, requirement);
  auto& state = held.states[static_cast<std::size_t>(found - held.plan->requirements.begin())];
  if (state == worst) return;
  for (const auto node : held.nodes) {
    if (sums_[node].empty()) continue;
    --sums_[node][requirement][static_cast<std::size_t>(state)];
    ++sums_[node][requirement][static_cast<std::size_t>(worst)];
  }
  state = worst;
}

void Matrix::turn(Instant now) {
  const bool back = begun_ && now < hour_.now;
  hour_.now = now;
  hour_.today = zone_.day_of(now);
  if (!begun_ || back) {
    // A clock set back undoes what time had changed.
    begun_ = true;
    wakes_ = {};
    for (std::uint32_t place = 0; place < held_.size(); ++place)
      if (held_[place]->there) decide_all(place);
    return;
  }
  while (!wakes_.empty() && wakes_.top().at <= now.ms) {
    const auto wake = wakes_.top();
    wakes_.pop();
    const auto& held = *held_[wake.subject];
    if (!held.there) continue;
    const auto& cell = held.cells[held.plan->place_of_check[wake.check]];
    if (cell.changes_at == wake.at) decide(wake.subject, wake.check);
  }
}

std::vector<Counts> Matrix::counts(std::string_view node) const {
  const auto place = node_places_.find(std::string(node));
  if (place == node_places_.end()) return {};
  if (!sums_[place->second].empty()) return sums_[place->second];
  std::vector<Counts> sums(plan_->requirements().size());
  for (const auto subject : under_[place->second]) count(sums, *held_[subject]);
  return sums;
}

State Matrix::state_of(std::string_view id, std::uint16_t requirement) const {
  const auto* held = find(id);
  if (!held) return State::not_applicable;
  const auto found = std::ranges::lower_bound(held->plan->requirements, requirement);
  if (found == held->plan->requirements.end() || *found != requirement)
    return State::not_applicable;
  return held->states[static_cast<std::size_t>(found - held->plan->requirements.begin())];
}

const Cell* Matrix::cell(std::string_view id, std::uint16_t check) const {
  const auto* held = find(id);
  if (!held) return nullptr;
  const auto place = held->plan->place_of_check[check];
  return place == kNone ? nullptr : &held->cells[place];
}

const Subject* Matrix::subject(std::string_view id) const {
  const auto* held = find(id);
  return held ? &held->subject : nullptr;
}

std::vector<std::string> Matrix::in_state(std::string_view node, std::uint16_t requirement,
                                          State state) const {
  std::vector<const Held*> found;
  const auto place = node_places_.find(std::string(node));
  if (place == node_places_.end()) return {};
  for (const auto subject : under_[place->second]) {
    const auto& held = *held_[subject];
    const auto at = std::ranges::lower_bound(held.plan->requirements, requirement);
    if (at == held.plan->requirements.end() || *at != requirement) continue;
    if (held.states[static_cast<std::size_t>(at - held.plan->requirements.begin())] == state)
      found.push_back(&held);
  }
  std::ranges::sort(found, {}, [](const Held* held) { return std::string_view(held->order); });
  std::vector<std::string> ids;
  for (const auto* held : found) ids.push_back(held->subject.id);
  return ids;
}

void Matrix::each_under(std::string_view node, const Each& each) const {
  const auto place = node_places_.find(std::string(node));
  if (place == node_places_.end()) return;
  for (const auto subject : under_[place->second]) {
    const auto& held = *held_[subject];
    each(held.subject, held.order + '/', held.states);
  }
}

std::size_t Matrix::cell_bytes() const {
  std::size_t bytes = wakes_.size() * sizeof(Wake);
  for (const auto& held : held_)
    bytes += held->cells.capacity() * sizeof(Cell) + held->states.capacity();
  for (const auto& sums : sums_) bytes += sums.capacity() * sizeof(Counts);
  return bytes;
}

std::size_t Matrix::bytes() const {
  std::size_t bytes = cell_bytes();
  for (const auto& held : held_) {
    bytes += sizeof(Held) + held->nodes.capacity() * sizeof(std::uint32_t);
    for (const auto& rows : held->subject.rows)
      bytes += sizeof(Rows) + rows.ids.capacity() * 8 + rows.slots.capacity() * 8;
    for (const auto& loop : held->subject.loops)
      bytes += sizeof(LoopFacts) + loop.due.capacity() * sizeof(Due);
  }
  return bytes;
}

std::vector<Cell> Matrix::evaluated(std::string_view id) const {
  std::vector<Cell> cells;
  const auto* held = find(id);
  if (!held) return cells;
  const auto hour = hour_of(held->subject);
  for (const auto check : held->plan->checks) {
    const auto verdict = verdict_of(*held, check, hour);
    cells.push_back({verdict.state, verdict.value, verdict.wanted, verdict.changes_at});
  }
  return cells;
}

}  // namespace anxiao::standing

#include "domain/duties/task.h"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include "domain/duties/period.h"

namespace anxiao::duties {

namespace {

template <class Record>
auto key_of(const Record& record) {
  return std::tie(record.duty, record.period, record.place);
}

// What is on record, found by what it belongs to.
class Records {
 public:
  explicit Records(const Ground& ground) {
    for (const auto& answer : ground.answers) answers_.push_back(&answer);
    std::ranges::sort(answers_, [](const auto* a, const auto* b) {
      return std::tuple_cat(key_of(*a), std::tie(a->happened_at, a->known_at, a->id)) <
             std::tuple_cat(key_of(*b), std::tie(b->happened_at, b->known_at, b->id));
    });
    for (const auto& excuse : ground.excuses) excuses_.push_back(&excuse);
  }

  std::span<const AnswerOnRecord* const> answers(const Occurrence& occurrence,
                                                 const std::string& place) const {
    if (answers_.empty()) return {};
    const auto key = std::tie(occurrence.duty->id, occurrence.period, place);
    const auto from = std::ranges::lower_bound(answers_, key, {}, by_key);
    const auto to = std::ranges::upper_bound(from, answers_.end(), key, {}, by_key);
    return {from, to};
  }

  const ExcuseOnRecord* excuse(const Occurrence& occurrence, const std::string& place) const {
    for (const auto* each : excuses_)
      if (each->duty == occurrence.duty->id && each->period == occurrence.period &&
          each->place == place)
        return each;
    return nullptr;
  }

  std::span<const AnswerOnRecord* const> of_duty(const std::string& duty) const {
    const auto by_duty = [](const AnswerOnRecord* answer) -> const std::string& {
      return answer->duty;
    };
    const auto from = std::ranges::lower_bound(answers_, duty, {}, by_duty);
    const auto to = std::ranges::upper_bound(from, answers_.end(), duty, {}, by_duty);
    return {from, to};
  }

 private:
  static std::tuple<const std::string&, const std::string&, const std::string&> by_key(
      const AnswerOnRecord* answer) {
    return key_of(*answer);
  }

  std::vector<const AnswerOnRecord*> answers_;
  std::vector<const ExcuseOnRecord*> excuses_;
};

enum class Owners { of_all, of_missed, of_none };

class Tasks {
 public:
  Tasks(const Ground& ground, const SchoolCalendar& calendar, Instant now, Owners owners)
      : ground_(ground), calendar_(calendar), now_(now), owners_(owners), records_(ground) {}

  const Records& records() const { return records_; }

  // The occurrence at each of its places, or for the whole organisation.
  void add(const Occurrence& occurrence, bool optional) {
    bool placed = false;
    if (!occurrence.duty->checklist.empty())
      for (const auto& place : ground_.places) {
        const bool due = is_due_at(occurrence, place);
        placed = placed || due;
        add_at(occurrence, &place,
               !due                           ? Due::no
               : came_late(occurrence, place) ? Due::if_done
               : optional                     ? Due::if_done
                                              : Due::yes);
      }
    add_at(occurrence, nullptr, placed ? Due::no : optional ? Due::if_done : Due::yes);
  }

  // Whatever became of it, and whether or not it is due.
  Task any(const Occurrence& occurrence, const std::string& place) {
    const auto found = std::ranges::find(ground_.places, place, &Place::id);
    return make(occurrence, found == ground_.places.end() ? nullptr : &*found, place);
  }

  std::vector<Task> taken() && { return std::move(tasks_); }

 private:
  // `no`: only where it was done all the same, before the point went from the list or came onto it.
  enum class Due { yes, if_done, no };

  bool is_due_at(const Occurrence& occurrence, const Place& place) const {
    if (std::ranges::find(place.checklists, occurrence.duty->checklist) == place.checklists.end())
      return false;
    // What was not there in time, or did not stay to the end, owes nothing.
    if (place.since >= occurrence.closes_at) return false;
    return !place.until || *place.until > std::min(now_, occurrence.closes_at);
  }

  // On the last day of the window, after it had begun.
  bool came_late(const Occurrence& occurrence, const Place& place) const {
    return place.since > calendar_.country().start_of(occurrence.last);
  }

  void add_at(const Occurrence& occurrence, const Place* place, Due due) {
    static const std::string kWhole;
    const auto& id = place ? place->id : kWhole;
    const auto answers = records_.answers(occurrence, id);
    if (answers.empty()) {
      if (due == Due::no || occurrence.waived != Waiver::none) return;
      if (due == Due::if_done && occurrence.closes_at <= now_) return;
    }
    auto task = make(occurrence, place, id);
    if (due == Due::no && task.outcome.given < occurrence.times) return;
    task.optional = due == Due::if_done;
    tasks_.push_back(std::move(task));
  }

  Task make(const Occurrence& occurrence, const Place* place, const std::string& id) {
    const auto answers = records_.answers(occurrence, id);
    given_.clear();
    for (const auto* answer : answers) given_.push_back({answer->happened_at, answer->known_at});
    Task task;
    task.occurrence = occurrence;
    task.place = id;
    task.excuse = records_.excuse(occurrence, id);
    task.outcome = outcome_of(occurrence, given_, task.excuse != nullptr, now_);
    task.answers.assign(answers.begin(), answers.end());
    if (wants_owner(task.outcome.state)) task.owner = owner_at(occurrence, place, ground_);
    return task;
  }

  bool wants_owner(State state) const {
    switch (owners_) {
      case Owners::of_all:
        return true;
      case Owners::of_missed:
        return state == State::missed || state == State::late;
      case Owners::of_none:
        return false;
    }
    return false;
  }

  const Ground& ground_;
  const SchoolCalendar& calendar_;
  const Instant now_;
  const Owners owners_;
  const Records records_;
  std::vector<Given> given_;
  std::vector<Task> tasks_;
};

bool names(const std::vector<Occurrence>& occurrences, const std::string& period) {
  return std::ranges::find(occurrences, period, &Occurrence::period) != occurrences.end();
}

// What came up on the day the organisation came to be, ends with it, and is not expected otherwise.
std::vector<Occurrence> on_first_day(const pack::Duty& duty, const Ground& ground,
                                     const SchoolCalendar& calendar, Day from, Day to,
                                     const std::vector<Occurrence>& expected_ones) {
  const Day broken = calendar.country().day_of(ground.since);
  if (broken >= ground.subject.opened || broken < from.plus(-1) || broken > to) return {};
  Subject subject = ground.subject;
  subject.opened = broken;
  auto found = expected(duty, subject, calendar, from, to);
  std::erase_if(found, [&](const Occurrence& each) {
    return each.last != broken || each.closes_at <= ground.since ||
           names(expected_ones, each.period);
  });
  return found;
}

// Occurrences that are not expected any more and were answered all the same.
std::vector<Occurrence> answered_still(const pack::Duty& duty, const Ground& ground,
                                       const SchoolCalendar& calendar, Day from, Day to,
                                       const std::vector<Occurrence>& known,
                                       const Records& records) {
  std::vector<Occurrence> found;
  const Instant begins = calendar.country().start_of(from);
  const Instant ends = calendar.country().start_of(to.plus(1));
  for (const auto* answer : records.of_duty(duty.id)) {
    if (names(known, answer->period) || names(found, answer->period)) continue;
    auto occurrence = occurrence_of(duty, ground.subject, calendar, answer->period);
    if (occurrence && occurrence->opens_at < ends && occurrence->closes_at > begins)
      found.push_back(std::move(occurrence).value());
  }
  return found;
}

}  // namespace

std::vector<Task> tasks_of(const std::vector<pack::Duty>& duties, const Ground& ground,
                           const SchoolCalendar& calendar, Day from, Day to, Instant now,
                           bool with_owners) {
  Tasks tasks(ground, calendar, now, with_owners ? Owners::of_all : Owners::of_none);
  for (const auto& duty : duties) {
    auto known = expected(duty, ground.subject, calendar, from, to);
    for (const auto& each : known) tasks.add(each, false);
    auto first = on_first_day(duty, ground, calendar, from, to, known);
    for (const auto& each : first) tasks.add(each, true);
    if (ground.answers.empty()) continue;
    std::ranges::move(first, std::back_inserter(known));
    for (const auto& each :
         answered_still(duty, ground, calendar, from, to, known, tasks.records()))
      tasks.add(each, false);
  }
  return std::move(tasks).taken();
}

std::vector<Task> closed_tasks(const std::vector<pack::Duty>& duties, const Ground& ground,
                               const SchoolCalendar& calendar, Instant after, Instant until) {
  Tasks tasks(ground, calendar, until, Owners::of_missed);
  for (const auto& each : closed_between(duties, ground.subject, calendar, after, until))
    tasks.add(each, false);
  auto closed = std::move(tasks).taken();
  std::erase_if(closed, [](const Task& task) { return task.optional; });
  return closed;
}

Task task_at(const Occurrence& occurrence, const std::string& place, const Ground& ground,
             const SchoolCalendar& calendar, Instant now) {
  return Tasks(ground, calendar, now, Owners::of_all).any(occurrence, place);
}

Owner owner_at(const Occurrence& occurrence, const Place* place, const Ground& ground) {
  const Instant last_moment = occurrence.closes_at.plus_ms(-1);
  if (place && !place->person.empty()) {
    auto person = present_on(place->person, ground.substitutes, occurrence.last);
    if (holds_a_post(ground.holdings, person, last_moment))
      return {.post = {}, .people = {std::move(person)}, .vacant = {}};
  }
  if (occurrence.duty->rostered) {
    auto people =
        rostered_on(ground.rosters, ground.substitutes, occurrence.duty->id, occurrence.first);
    std::erase_if(people, [&](const std::string& person) {
      return !holds_a_post(ground.holdings, person, last_moment);
    });
    if (!people.empty()) return {.post = {}, .people = std::move(people), .vacant = {}};
  }
  return owner_of(occurrence, ground.holdings, ground.substitutes);
}

std::vector<std::string> periods_of(const pack::Duty& duty, const SchoolCalendar& calendar,
                                    Day from, Day to) {
  std::vector<std::string> periods;
  const Day first = duty.cycle == pack::Cycle::night ? from.plus(-1) : from;
  each_period(duty, calendar, first, to,
              [&](const Period& period) { periods.push_back(text_of(duty, period)); });
  return periods;
}

std::vector<std::string> rostered_on(const std::vector<Rostered>& rosters,
                                     const std::vector<Substitute>& substitutes,
                                     const std::string& duty, Day day) {
  std::vector<std::string> people;
  for (const auto& each : rosters) {
    if (each.duty != duty || day < each.from || each.to < day) continue;
    if (!each.weekdays.empty() &&
        std::ranges::find(each.weekdays, weekday_of(day)) == each.weekdays.end())
      continue;
    auto person = present_on(each.person, substitutes, day);
    if (std::ranges::find(people, person) == people.end()) people.push_back(std::move(person));
  }
  return people;
}

}  // namespace anxiao::duties

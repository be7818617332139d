#include "domain/duties/outcome.h"

#include <algorithm>

namespace anxiao::duties {

namespace {

std::vector<std::string> holders_of(const std::string& post, const Occurrence& occurrence,
                                    const std::vector<Holding>& holdings,
                                    const std::vector<Substitute>& substitutes) {
  std::vector<std::string> people;
  const Instant last_moment = occurrence.closes_at.plus_ms(-1);
  for (const auto& holding : holdings) {
    if (holding.post != post || !held_at(holding, last_moment)) continue;
    std::string person = present_on(holding.person, substitutes, occurrence.last);
    if (std::ranges::find(people, person) == people.end()) people.push_back(std::move(person));
  }
  return people;
}

}  // namespace

bool held_at(const Holding& holding, Instant moment) {
  return holding.since <= moment && (!holding.until || moment < *holding.until);
}

bool holds_a_post(const std::vector<Holding>& holdings, const std::string& person, Instant moment) {
  return std::ranges::any_of(holdings, [&](const Holding& each) {
    return each.person == person && held_at(each, moment);
  });
}

std::string present_on(const std::string& person, const std::vector<Substitute>& substitutes,
                       Day day) {
  std::string present = person;
  for (std::size_t step = 0; step <= substitutes.size(); ++step) {
    const auto found = std::ranges::find_if(substitutes, [&](const Substitute& each) {
      return each.absent == present && each.from <= day && day <= each.to;
    });
    if (found == substitutes.end()) return present;
    present = found->person;
  }
  return person;
}

const char* word_of(State state) {
  switch (state) {
    case State::expected:
      return "expected";
    case State::open:
      return "open";
    case State::done:
      return "done";
    case State::late:
      return "late";
    case State::missed:
      return "missed";
    case State::excused:
      return "excused";
  }
  return "";
}

State state_of(const Tally& tally, Instant now) {
  if (tally.in_time >= tally.times) return State::done;
  if (tally.let_off) return State::excused;
  if (now < tally.opens_at) return State::expected;
  if (now < tally.closes_at) return State::open;
  return tally.given >= tally.times ? State::late : State::missed;
}

Outcome outcome_of(const Occurrence& occurrence, const std::vector<Given>& answers, bool excused,
                   Instant now) {
  Outcome outcome;
  int known_in_time = 0;
  for (const auto& answer : answers) {
    if (answer.known_at > now) continue;
    outcome.given += 1;
    outcome.in_time += answer.happened_at < occurrence.closes_at ? 1 : 0;
    known_in_time +=
        answer.happened_at < occurrence.closes_at && answer.known_at < occurrence.closes_at ? 1 : 0;
  }
  outcome.state = state_of({.times = occurrence.times,
                            .given = outcome.given,
                            .in_time = outcome.in_time,
                            .let_off = excused || occurrence.waived != Waiver::none,
                            .opens_at = occurrence.opens_at,
                            .closes_at = occurrence.closes_at},
                           now);
  outcome.known_late = outcome.state == State::done && known_in_time < occurrence.times;
  return outcome;
}

Owner owner_of(const Occurrence& occurrence, const std::vector<Holding>& holdings,
               const std::vector<Substitute>& substitutes) {
  Owner owner;
  std::vector<std::string> posts{occurrence.duty->post};
  posts.insert(posts.end(), occurrence.duty->when_vacant.begin(),
               occurrence.duty->when_vacant.end());
  for (const auto& post : posts) {
    owner.people = holders_of(post, occurrence, holdings, substitutes);
    if (!owner.people.empty()) {
      owner.post = post;
      return owner;
    }
    owner.vacant.push_back(post);
  }
  return owner;
}

}  // namespace anxiao::duties

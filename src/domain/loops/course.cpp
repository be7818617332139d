#include "domain/loops/course.h"

#include <algorithm>

#include "domain/loops/loop.h"

namespace anxiao::loops {

namespace {

std::int64_t between(Instant from, Instant until) {
  return std::max<std::int64_t>(0, until.ms - from.ms);
}

struct Reading {
  const pack::Chart& chart;
  Course course = {};
  std::string present = {};  // the stage it is at

  CourseStage* row(const std::string& id) {
    auto found = std::ranges::find(course.stages, id, &CourseStage::stage);
    return found == course.stages.end() ? nullptr : &*found;
  }

  bool is_end(const std::string& id) const {
    const auto* stage = chart.stage(id);
    return stage && stage->end;
  }
};

// Closes the visit to the stage that `move` leaves.
void leave(CourseStage& row, const CourseMove& move) {
  row.left = move.happened_at;
  row.took_ms =
      row.took_ms.value_or(0) + between(row.entered.value_or(move.happened_at), move.happened_at);
  row.late = row.late || (row.due && move.happened_at > *row.due);
}

void enter(Reading& reading, CourseStage& row, const CourseMove& move) {
  row.visits += 1;
  row.entered = move.happened_at;
  row.left.reset();
  row.due = move.due;
  row.by.clear();
  row.move.clear();
  if (const auto* stage = reading.chart.stage(row.stage))
    row.term_hours = term_hours_of(*stage, move.level);
}

// A matter that comes back has not done what lies beyond.
void undo_from(Reading& reading, const std::string& stage) {
  bool beyond = false;
  for (auto& row : reading.course.stages) {
    beyond = beyond || row.stage == stage;
    if (beyond) row.state = StageState::ahead;
  }
}

void complete(CourseStage& row, const CourseMove& move) {
  row.state = StageState::done;
  row.by = move.actor;
  row.move = move.move;
  if (row.visits > 0) return;
  // Completed on the way, without having been stayed at.
  row.visits = 1;
  row.entered = row.left = move.happened_at;
  row.took_ms = row.took_ms.value_or(0);
}

void take_move(Reading& reading, const CourseMove& move) {
  bool leaves = move.to != move.from;
  if (auto* from = reading.row(move.from); from && leaves) leave(*from, move);
  if (leaves) undo_from(reading, move.to);
  for (const auto& passed : move.passed)
    if (auto* row = reading.row(passed)) complete(*row, move);
  if (auto* to = reading.row(move.to)) {
    if (leaves) enter(reading, *to, move);
    to->due = move.due;
  }
  reading.present = move.to;
}

void take_holder(Reading& reading, const CourseMove& move) {
  auto& holdings = reading.course.holdings;
  if (!holdings.empty() && holdings.back().holder == move.holder) return;
  if (!holdings.empty()) holdings.back().until = move.happened_at;
  holdings.push_back({.holder = move.holder, .from = move.happened_at, .until = {}, .held_ms = 0});
}

// What is not done lies behind as skipped or before as ahead.
void place(Reading& reading, const std::string& level, Instant now) {
  bool ended = reading.is_end(reading.present);
  bool before = !reading.present.empty();
  for (auto& row : reading.course.stages) {
    if (row.stage == reading.present) {
      before = false;
      row.state = StageState::current;
      row.took_ms = row.took_ms.value_or(0) + between(row.entered.value_or(now), now);
      row.late = row.late || (row.due && now > *row.due);
    } else if (row.state != StageState::done) {
      row.state = ended || before ? StageState::skipped : StageState::ahead;
    }
    const auto* stage = reading.chart.stage(row.stage);
    if (row.visits == 0 && row.state == StageState::ahead && stage)
      row.term_hours = term_hours_of(*stage, level);
  }
}

}  // namespace

Course course_of(const pack::Chart& chart, const std::vector<CourseMove>& moves, Instant now) {
  Reading reading{.chart = chart};
  for (const auto& stage : chart.stages)
    if (!stage.end) {
      reading.course.stages.emplace_back();
      reading.course.stages.back().stage = stage.id;
    }
  for (const auto& move : moves) {
    take_move(reading, move);
    take_holder(reading, move);
  }
  place(reading, moves.empty() ? std::string() : moves.back().level, now);
  bool ended = reading.is_end(reading.present);
  for (auto& holding : reading.course.holdings) {
    if (!holding.until && ended) holding.until = moves.back().happened_at;
    holding.held_ms = between(holding.from, holding.until.value_or(now));
  }
  return reading.course;
}

}  // namespace anxiao::loops

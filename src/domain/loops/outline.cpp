#include "domain/loops/outline.h"

#include <algorithm>

namespace anxiao::loops {

namespace {

const std::string& said(const pack::Words& words, bool english) {
  return english ? words.en : words.zh;
}

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

std::size_t place_of(const pack::Chart& chart, const std::string& stage) {
  auto found = std::ranges::find(chart.stages, stage, &pack::Stage::id);
  return static_cast<std::size_t>(found - chart.stages.begin());
}

void add_way(Outline& outline, std::size_t from, std::size_t to, bool forward,
             const std::string& name) {
  auto found = std::ranges::find_if(outline.ways, [&](const Way& way) {
    return way.from == from && way.to == to && way.forward == forward;
  });
  if (found == outline.ways.end())
    found = outline.ways.insert(found, {.from = from, .to = to, .forward = forward, .names = {}});
  if (!name.empty() && !contains(found->names, name)) found->names.push_back(name);
}

// The stages a move goes through, the one it leaves first where there is one.
std::vector<std::size_t> path_of(const pack::Chart& chart, const pack::Move& move,
                                 const std::string& from) {
  std::vector<std::size_t> path;
  if (!from.empty()) path.push_back(place_of(chart, from));
  for (const auto& stage : chart.stages)
    if (contains(move.passes, stage.id) && stage.id != from && stage.id != move.to)
      path.push_back(place_of(chart, stage.id));
  path.push_back(place_of(chart, move.to));
  return path;
}

void add_path(Outline& outline, const std::vector<std::size_t>& path, const pack::Move& move,
              const std::string& name) {
  for (std::size_t i = 1; i < path.size(); ++i)
    add_way(outline, path[i - 1], path[i], move.forward,
            i == 1 && !move.from.empty() ? name : std::string());
}

}  // namespace

Outline outline_of(const pack::Chart& chart, bool english) {
  Outline outline;
  outline.doors.resize(chart.stages.size());
  outline.records.resize(chart.stages.size());
  outline.door_x.resize(chart.stages.size());
  for (const auto& move : chart.moves) {
    const auto& name = said(move.name, english);
    if (move.from.empty()) {
      auto path = path_of(chart, move, {});
      outline.doors[path.front()].push_back(name);
      add_path(outline, path, move, name);
    }
    for (const auto& from : move.from) {
      if (move.to.empty() || move.to == from)
        outline.records[place_of(chart, from)].push_back(name);
      else
        add_path(outline, path_of(chart, move, from), move, name);
    }
  }
  return outline;
}

std::string description_of(const pack::Chart& chart, const Outline& outline, bool english,
                           const std::string& here) {
  std::string text;
  for (std::size_t i = 0; i < chart.stages.size(); ++i) {
    const auto& name = said(chart.stages[i].name, english);
    text += (i > 0 ? "; " : "") + std::string(chart.stages[i].id == here ? "\u25cf " : "") + name;
    std::string ways;
    for (const auto& door : outline.doors[i])
      ways += (ways.empty() ? "" : ", ") + std::string("\u2192 ") + door;
    for (const auto& way : outline.ways) {
      if (way.from != i) continue;
      std::string names;
      for (const auto& each : way.names) names += (names.empty() ? "" : " / ") + each;
      ways += (ways.empty() ? "" : ", ") + names + (names.empty() ? "" : " ") + "\u2192 " +
              said(chart.stages[way.to].name, english);
    }
    if (!ways.empty()) text += " (" + ways + ")";
  }
  return text;
}

}  // namespace anxiao::loops

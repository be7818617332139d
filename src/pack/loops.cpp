// loops/*.yml: a chart of stages and moves. Names of posts and terms are compared here, what the
// chart says of itself in chart_check.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kGuards = {"fields",   "differs_from", "level_in", "post_of",
                                          "approval", "told",         "settled"};

void read_levels(Entry& file, Chart& chart) {
  std::set<std::string> seen;
  file.each("levels", [&](Entry& entry) {
    Level level;
    level.id = entry.unique_id(seen);
    level.name = entry.words("name");
    level.sign = entry.text("sign");
    chart.levels.push_back(std::move(level));
  });
  chart.listed_levels = file.names_if("listed_levels");
}

void read_categories(Entry& file, Chart& chart) {
  std::set<std::string> seen;
  file.each_if("categories", [&](Entry& entry) {
    const std::string id = entry.unique_id(seen);
    chart.categories.push_back(id);
    chart.category_words.emplace(id, entry.words("name"));
  });
}

Assessment::Threshold read_threshold(Entry& entry, const Pack& pack) {
  Assessment::Threshold threshold;
  threshold.term = entry.text("term");
  threshold.level = entry.text("level");
  const auto term = pack.terms.find(threshold.term);
  if (term != pack.terms.end()) {
    threshold.at_least = term->second.value;
  } else if (!threshold.term.empty() && !pack.terms.empty()) {
    entry.complain("term", "there is no term `" + threshold.term + "`", "add it to terms.yml");
  }
  return threshold;
}

void read_assessments(Entry& file, Chart& chart, std::set<std::string>& fields, const Pack& pack) {
  std::set<std::string> seen;
  file.each_if("assessments", [&](Entry& entry) {
    Assessment method;
    method.id = entry.unique_id(seen);
    method.name = entry.words("name");
    entry.each("factors", [&](Entry& factor) {
      Field field = read_field(factor, fields, pack);
      if (field.type != "factor") {
        factor.complain("type", "a factor's type is `factor`", "write `type: factor`");
      }
      method.factors.push_back(std::move(field));
    });
    method.result = entry.text("result");
    entry.each("thresholds",
               [&](Entry& row) { method.thresholds.push_back(read_threshold(row, pack)); });
    std::stable_sort(method.thresholds.begin(), method.thresholds.end(),
                     [](const auto& a, const auto& b) { return a.at_least > b.at_least; });
    chart.assessments.push_back(std::move(method));
  });
}

// The assessments first, because a field may let people choose among them.
void read_fields(Entry& file, Chart& chart, const Pack& pack) {
  std::set<std::string> seen;
  read_assessments(file, chart, seen, pack);
  file.each("fields",
            [&](Entry& entry) { chart.fields.push_back(read_field(entry, seen, pack, &chart)); });
  for (const Assessment& method : chart.assessments) {
    chart.fields.insert(chart.fields.end(), method.factors.begin(), method.factors.end());
  }
}

// `hazard.assess.red` for the level red; `hazard.assess.any` where the level is not known.
void read_stage_terms(Entry& entry, Stage& stage, const Chart& chart, const Pack& pack) {
  stage.term = entry.text_or("term", "");
  if (stage.term.empty() || pack.terms.empty()) return;
  const auto take = [&](const std::string& level, const std::string& id) {
    const auto found = pack.terms.find(id);
    if (found == pack.terms.end()) return;
    const Term& term = found->second;
    if (term.unit != "hours" && term.unit != "days") {
      entry.complain("term", "`" + id + "` is in " + term.unit, "a stage lasts hours or days");
    }
    stage.term_hours[level] = term.unit == "days" ? term.value * 24 : term.value;
    stage.terms[level] = term;
  };
  take("*", stage.term);
  take("*", stage.term + ".any");
  for (const Level& level : chart.levels) take(level.id, stage.term + "." + level.id);
  if (stage.term_hours.empty()) {
    entry.complain("term", "no term begins with `" + stage.term + "`",
                   "add " + stage.term + ".any or one for each level to terms.yml");
  }
}

void read_stages(Entry& file, Chart& chart, const Pack& pack) {
  std::set<std::string> seen;
  file.each("stages", [&](Entry& entry) {
    Stage stage;
    stage.id = entry.unique_id(seen);
    stage.name = entry.words("name");
    stage.end = entry.flag_or("end", false);
    read_stage_terms(entry, stage, chart, pack);
    stage.answers = posts_named(entry, "answers", pack);
    stage.answers_held = posts_named(entry, "answers_held", pack);
    chart.stages.push_back(std::move(stage));
  });
}

Guard read_guard(Entry& entry, const Pack& pack) {
  Guard guard;
  guard.kind = entry.one_of("kind", kGuards);
  guard.of = guard.kind == "told" ? entry.names_if("of") : entry.names("of");
  if (guard.kind == "post_of") complain_of_posts(entry, "of", guard.of, pack);
  guard.unless = entry.names_if("unless");
  guard.why = entry.words("why");
  guard.clause = entry.text("clause");
  if (!guard.clause.empty() && !is_clause(guard.clause) && !is_requirement(guard.clause)) {
    entry.complain("clause", "`" + guard.clause + "` is neither a clause nor a requirement",
                   "write C07 or C07.14");
  }
  return guard;
}

// A field of a move is a name, or a mapping where it must be given with the move.
void read_move_fields(Entry& entry, Move& move, const Chart& chart) {
  const YAML::Node list = entry.node("fields");
  if (!list.IsDefined()) return;
  if (!list.IsSequence()) {
    entry.complain("fields", "is not a list", "write it as [one, two]");
    return;
  }
  for (std::size_t place = 0; place < list.size(); ++place) {
    std::string id;
    bool required = false;
    const std::string here = entry.at("fields");
    if (list[place].IsScalar()) {
      id = list[place].Scalar();
    } else {
      Entry field(entry.source(), list[place], here + "[" + std::to_string(place) + "]");
      id = field.text("id");
      required = field.flag_or("required", false);
      field.close();
    }
    entry.source().remember(here + "." + id, list[place]);
    const Field* known = chart.field(id);
    Field field = known ? *known : Field{};
    field.id = id;
    field.required = required;
    move.fields.push_back(std::move(field));
  }
}

Move read_move(Entry& entry, std::set<std::string>& seen, const Chart& chart, const Pack& pack) {
  Move move;
  move.id = entry.unique_id(seen);
  move.name = entry.words("name");
  move.from = entry.names_if("from");
  move.to = entry.text_or("to", "");
  move.passes = entry.names_if("passes");
  move.by = entry.names("by");
  for (std::size_t place = 0; place < move.by.size() && !pack.posts.empty(); ++place) {
    if (move.by[place] == "system" || pack.post(move.by[place])) continue;
    entry.complain("by[" + std::to_string(place) + "]", "there is no post `" + move.by[place] + "`",
                   "name a post of posts.yml, or system");
  }
  read_move_fields(entry, move, chart);
  entry.each_if("guards", [&](Entry& guard) { move.guards.push_back(read_guard(guard, pack)); });
  move.assesses = entry.flag_or("assesses", false);
  move.automatic = entry.flag_or("automatic", false);
  move.holder = entry.text_or("holder", "");
  move.due_from = entry.text_or("due_from", "");
  move.clears = entry.names_if("clears");
  move.forward = entry.flag_or("forward", true);
  return move;
}

// After how long what is personal of an ended matter is forgotten.
void read_keep(Entry& file, Chart& chart, const Pack& pack) {
  chart.keep = file.text_or("keep", "");
  const auto term = pack.terms.find(chart.keep);
  if (chart.keep.empty() || (term != pack.terms.end() && term->second.unit == "days")) return;
  file.complain("keep", "there is no term `" + chart.keep + "` in days",
                "name a term of terms.yml whose unit is days");
}

}  // namespace

void read_loop(Entry& file, Pack& pack) {
  Chart chart;
  chart.id = file.id();
  if (pack.chart(chart.id)) {
    file.complain("id", "another file has the loop `" + chart.id + "`",
                  "give each loop its own id");
  }
  chart.name = file.words("name");
  chart.clause = file.text("clause");
  if (!chart.clause.empty() && !is_clause(chart.clause)) {
    file.complain("clause", "`" + chart.clause + "` is no clause", "write it as C07");
  }
  chart.noun = file.one_of("noun", nouns_of_matters(), chart.noun);
  chart.kinds = kinds_named(file, "kinds", pack);
  read_keep(file, chart, pack);
  read_levels(file, chart);
  read_categories(file, chart);
  read_fields(file, chart, pack);
  read_stages(file, chart, pack);
  std::set<std::string> seen;
  file.each("moves",
            [&](Entry& entry) { chart.moves.push_back(read_move(entry, seen, chart, pack)); });
  file.each_key_if("tells", [&](const std::string& level, Entry& tells) {
    chart.tells[level] = posts_named(tells, level, pack);
  });
  pack.charts.push_back(std::move(chart));
}

void check_what_loops_name(Entry& file, Pack& pack) {
  const YAML::Node fields = file.node("fields");
  for (std::size_t place = 0; place < fields.size(); ++place) {
    Entry entry(file.source(), fields[place], "fields." + fields[place]["id"].Scalar());
    const std::string loop = entry.text_or("loop", "");
    if (loop.empty() || pack.chart(loop)) continue;
    entry.complain("loop", "there is no loop `" + loop + "`", "name a file of loops/");
  }
}

}  // namespace anxiao::pack

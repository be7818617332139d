// grades.yml: how schools are graded.

#include "pack/grading.h"

#include <algorithm>

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kCounted = {"standing", "open", "misses", "opened"};
const std::vector<std::string> kStates = {"missing", "late", "due_soon"};
constexpr const char* kAny = "any";
constexpr const char* kLate = "late";

// The number of the term under `name`; complains where there is none, or its unit is another.
const Term* term_named(Entry& entry, const std::string& name, const std::string& id,
                       const std::vector<std::string>& units, const Pack& pack) {
  if (id.empty()) return nullptr;
  const auto found = pack.terms.find(id);
  if (found == pack.terms.end()) {
    entry.complain(name, "there is no term `" + id + "`", "name a term of terms.yml");
    return nullptr;
  }
  if (std::ranges::find(units, found->second.unit) == units.end()) {
    entry.complain(name, "the term `" + id + "` is in " + found->second.unit,
                   "name one in " + listed(units));
  }
  return &found->second;
}

double number_of(Entry& entry, const std::string& name, std::string& id,
                 const std::vector<std::string>& units, const Pack& pack) {
  id = entry.text(name);
  const Term* term = term_named(entry, name, id, units, pack);
  return term ? term->value : 0;
}

// A loop whose figures everybody who sees grades may see.
const Chart* loop_named(Entry& entry, std::string& id, const Pack& pack) {
  id = entry.text("loop");
  const Chart* chart = pack.chart(id);
  if (!chart && !id.empty()) {
    entry.complain("loop", "there is no loop `" + id + "`", "name one of loops/");
  } else if (chart && chart->noun != "matters") {
    entry.complain("loop", "the loop `" + id + "` is confidential",
                   "weigh only what whoever sees grades may see");
  }
  return chart;
}

bool is_level(const Chart& chart, const std::string& level) {
  return std::ranges::any_of(chart.levels, [&](const Level& each) { return each.id == level; });
}

std::vector<std::string> what_may_weigh(const GradePart& part, const Chart* chart) {
  if (part.of == Counted::standing) return kStates;
  if (part.of == Counted::misses) return {"miss"};
  std::vector<std::string> allowed;
  if (chart)
    for (const Level& level : chart->levels) allowed.push_back(level.id);
  allowed.emplace_back(kAny);
  if (part.of == Counted::open) allowed.emplace_back(kLate);
  return allowed;
}

void read_weights(Entry& entry, GradePart& part, const Chart* chart, const Pack& pack) {
  const auto allowed = what_may_weigh(part, chart);
  entry.each_key_if("weights", [&](const std::string& what, Entry& whole) {
    if (std::ranges::find(allowed, what) == allowed.end()) {
      whole.complain(what, "`" + what + "` is not counted here",
                     "write one of: " + listed(allowed));
    }
    Weight weight;
    weight.what = what;
    weight.points = number_of(whole, what, weight.term, {"score"}, pack);
    part.weights.push_back(std::move(weight));
  });
  if (part.weights.empty())
    entry.complain("weights", "weigh nothing", "name a term for each of what is counted");
}

// Clauses that weigh several times as much: each weight once more.
void read_heavier(Entry& entry, GradePart& part, const Pack& pack) {
  const auto node = entry.node("heavier");
  if (!node.IsDefined()) return;
  Entry heavier(entry.source(), node, entry.at("heavier"));
  for (const std::string& number : heavier.names("clauses"))
    part.clauses.push_back(std::atoi(number.c_str()));
  std::string term;
  const double times = number_of(heavier, "times", term, {"count"}, pack);
  heavier.close();
  const auto plain = part.weights;
  for (Weight weight : plain) {
    weight.heavier = true;
    weight.points *= times;
    part.weights.push_back(std::move(weight));
  }
}

GradePart read_part(Entry& entry, std::set<std::string>& seen, const Pack& pack) {
  GradePart part;
  part.id = entry.unique_id(seen);
  part.name = entry.words("name");
  const auto of = std::ranges::find(kCounted, entry.one_of("of", kCounted));
  if (of != kCounted.end()) part.of = static_cast<Counted>(of - kCounted.begin());
  const bool of_loop = part.of == Counted::open || part.of == Counted::opened;
  const Chart* chart = of_loop ? loop_named(entry, part.loop, pack) : nullptr;
  if (part.of == Counted::misses || part.of == Counted::opened)
    part.days = static_cast<int>(number_of(entry, "days", part.days_term, {"days"}, pack));
  if (part.of == Counted::opened) part.not_stages = entry.names_if("not_stages");
  for (std::size_t place = 0; chart && place < part.not_stages.size(); ++place)
    if (!chart->stage(part.not_stages[place]))
      entry.complain("not_stages[" + std::to_string(place) + "]",
                     "the loop has no stage `" + part.not_stages[place] + "`", "name its stages");
  read_weights(entry, part, chart, pack);
  if (part.of == Counted::standing) read_heavier(entry, part, pack);
  part.most = number_of(entry, "most", part.most_term, {"score"}, pack);
  return part;
}

Grade read_grade(Entry& entry, std::set<std::string>& seen, bool in_percent, const Pack& pack) {
  Grade grade;
  grade.id = entry.unique_id(seen);
  grade.name = entry.words("name");
  grade.sign = entry.text("sign");
  if (entry.has("up_to"))
    grade.up_to =
        number_of(entry, "up_to", grade.up_to_term, {in_percent ? "percent" : "score"}, pack);
  grade.inspect_term = entry.text("inspect");
  if (const Term* term =
          term_named(entry, "inspect", grade.inspect_term, {"count", "days"}, pack)) {
    grade.inspect = term->value;
    grade.inspect_days = term->unit == "days";
    if (grade.inspect < 1)
      entry.complain("inspect", "is never", "let a school of every grade be inspected");
  }
  return grade;
}

void check_grades(Entry& file, const Grading& grading) {
  for (std::size_t place = 0; place < grading.grades.size(); ++place) {
    const std::string key = "grades." + grading.grades[place].id + ".up_to";
    const bool last = place + 1 == grading.grades.size();
    const auto& up_to = grading.grades[place].up_to;
    if (last == up_to.has_value()) {
      file.source().complain(key, last ? "ends the last grade" : "is missing",
                             "let every grade but the last end somewhere");
    } else if (place > 0 && up_to && grading.grades[place - 1].up_to >= up_to) {
      file.source().complain(key, "lies not above that of the grade before",
                             "put the best grade first");
    }
  }
}

NotBetter read_not_better(Entry& entry, const Grading& grading, const Pack& pack) {
  NotBetter rule;
  rule.grade = entry.text("grade");
  if (!grading.grade(rule.grade) && !rule.grade.empty())
    entry.complain("grade", "there is no grade `" + rule.grade + "`", "name one of `grades`");
  const Chart* chart = loop_named(entry, rule.loop, pack);
  rule.levels = entry.names("levels");
  for (std::size_t place = 0; chart && place < rule.levels.size(); ++place)
    if (!is_level(*chart, rule.levels[place]))
      entry.complain("levels[" + std::to_string(place) + "]",
                     "the loop has no level `" + rule.levels[place] + "`", "name its levels");
  rule.at_least = number_of(entry, "at_least", rule.term, {"count"}, pack);
  rule.why = entry.words("why");
  return rule;
}

Quiet read_quiet(Entry& entry, const Pack& pack) {
  Quiet quiet;
  loop_named(entry, quiet.loop, pack);
  quiet.days = static_cast<int>(number_of(entry, "days", quiet.days_term, {"days"}, pack));
  quiet.share = number_of(entry, "share", quiet.share_term, {"percent"}, pack);
  quiet.peers = static_cast<int>(number_of(entry, "peers", quiet.peers_term, {"count"}, pack));
  quiet.facet = entry.text("facet");
  const Facet* facet = pack.facet(quiet.facet);
  if (!quiet.facet.empty() && (!facet || facet->type != "number"))
    entry.complain("facet", "`" + quiet.facet + "` is no facet that is a number",
                   "name one of facets.yml");
  quiet.band_terms = entry.names("bands");
  for (std::size_t place = 0; place < quiet.band_terms.size(); ++place) {
    const std::string key = "bands[" + std::to_string(place) + "]";
    const Term* term = term_named(entry, key, quiet.band_terms[place], {"count"}, pack);
    const double end = term ? term->value : 0;
    if (term && place > 0 && end <= quiet.band_ends.back())
      entry.complain(key, "lies not above the one before", "put the smallest first");
    quiet.band_ends.push_back(end);
  }
  return quiet;
}

void read_inspection(Entry& entry, Grading& grading, const Pack& pack) {
  const Chart* chart = loop_named(entry, grading.inspection_loop, pack);
  grading.inspection_moves = entry.names("moves");
  for (std::size_t place = 0; chart && place < grading.inspection_moves.size(); ++place)
    if (!chart->move(grading.inspection_moves[place]))
      entry.complain("moves[" + std::to_string(place) + "]",
                     "the loop has no move `" + grading.inspection_moves[place] + "`",
                     "name the moves by which somebody was there");
}

template <class Take>
void read_if(Entry& file, const std::string& name, const Take& take) {
  const auto node = file.node(name);
  if (!node.IsDefined()) return;
  Entry entry(file.source(), node, file.at(name));
  take(entry);
  entry.close();
}

}  // namespace

const char* word_of(Counted counted) { return kCounted[static_cast<std::size_t>(counted)].c_str(); }

const Weight* GradePart::weight(const std::string& what, bool heavier) const {
  const auto found = std::ranges::find_if(
      weights, [&](const Weight& each) { return each.what == what && each.heavier == heavier; });
  return found == weights.end() ? nullptr : &*found;
}

const Grade* Grading::grade(const std::string& wanted) const {
  const auto found = std::ranges::find(grades, wanted, &Grade::id);
  return found == grades.end() ? nullptr : &*found;
}

double Grading::most() const {
  double sum = 0;
  for (const auto& part : parts) sum += part.most;
  return sum;
}

void read_grading(Entry& file, Pack& pack) {
  auto grading = std::make_shared<Grading>();
  std::set<std::string> seen;
  grading->id = file.id();
  grading->name = file.words("name");
  grading->kinds = kinds_named(file, "kinds", pack);
  grading->in_percent = file.one_of("measure", {"percent", "points"}) == "percent";
  file.each("parts", [&](Entry& entry) { grading->parts.push_back(read_part(entry, seen, pack)); });
  seen.clear();
  file.each("grades", [&](Entry& entry) {
    grading->grades.push_back(read_grade(entry, seen, grading->in_percent, pack));
  });
  check_grades(file, *grading);
  file.each_if("not_better", [&](Entry& entry) {
    grading->not_better.push_back(read_not_better(entry, *grading, pack));
  });
  read_if(file, "quiet", [&](Entry& entry) { grading->quiet = read_quiet(entry, pack); });
  read_if(file, "inspection", [&](Entry& entry) { read_inspection(entry, *grading, pack); });
  if (grading->most() <= 0)
    file.complain("parts", "weigh nothing at most", "give each part a `most` above 0");
  pack.grading = std::move(grading);
}

void check_what_grades_weigh(Entry& file, Pack& pack) {
  const YAML::Node parts = file.node("parts");
  for (std::size_t place = 0; place < parts.size(); ++place) {
    const YAML::Node node = parts[place]["heavier"];
    if (!node.IsDefined() || !node.IsMap()) continue;
    Entry heavier(file.source(), node, "parts." + parts[place]["id"].Scalar() + ".heavier");
    const auto numbers = heavier.names("clauses");
    for (std::size_t each = 0; each < numbers.size(); ++each) {
      if (std::ranges::any_of(pack.clauses, [&](const Clause& clause) {
            return std::to_string(clause.number) == numbers[each];
          }))
        continue;
      heavier.complain("clauses[" + std::to_string(each) + "]",
                       "there is no clause `" + numbers[each] + "`", "name one of clauses/");
    }
  }
}

}  // namespace anxiao::pack

#include "pack/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pack/wording.h"

namespace anxiao::pack {

namespace {

// The weaker one; empty is no basis at all.
std::string weaker(const std::string& one, const std::string& other) {
  const std::vector<std::string> order = {"", "law", "reported", "default"};
  return std::ranges::find(order, one) < std::ranges::find(order, other) ? other : one;
}

bool is_read(const Requirement& requirement, const Duty& duty) {
  return duty.requirement == requirement.id ||
         std::ranges::find(requirement.checks, duty.id, &Check::duty) != requirement.checks.end();
}

// Of the numbers of the norm: terms, and how often the duties are due that serve the requirement.
std::string basis_of(const Pack& pack, const Requirement& requirement, const std::string& norm) {
  std::string basis;
  for (const auto& [id, term] : pack.terms)
    if (term.norm == norm) basis = weaker(basis, term.basis);
  for (const auto& duty : pack.duties) {
    // How often it is due is the strictest of these.
    const bool rests =
        duty.norm == norm || std::ranges::find(duty.strictest_of, norm) != duty.strictest_of.end();
    if (rests && is_read(requirement, duty)) basis = weaker(basis, duty.basis);
  }
  return basis;
}

bool is_proved(const Traced& row) { return row.cases.holds > 0 && row.cases.fails > 0; }

std::string norms_in_words(const Traced& row) {
  std::vector<std::string> norms;
  for (const auto& norm : row.norms)
    norms.push_back(norm.basis.empty() ? norm.id : norm.id + " (" + norm.basis + ")");
  return fmt::format("{}", fmt::join(norms, " "));
}

std::string cases_in_words(const CaseCount& count) {
  std::string words = fmt::format("{} kept, {} not", count.holds, count.fails);
  if (count.moves > 0) words += fmt::format(", {} of moves", count.moves);
  return words;
}

std::string sums_in_words(const Pack& pack, const Trace& trace) {
  return fmt::format(
      "{} {}: {} requirements, {} automated, {} attested, {} later, {} with cases that keep and "
      "break them",
      pack.id, pack.version, trace.rows.size(), trace.automated, trace.attested, trace.later,
      trace.proved);
}

// In a cell of a table.
std::string cell(std::string text) {
  std::string out;
  for (const char each : text) {
    if (each == '|') out += '\\';
    out += each;
  }
  return out;
}

std::string status_in_words(const Requirement& requirement) {
  if (requirement.reason.zh.empty()) return requirement.status;
  return fmt::format("{}: {} {}", requirement.status, requirement.reason.zh, requirement.reason.en);
}

std::string row_in_markdown(const Pack& pack, const Traced& row) {
  const auto& requirement = *row.requirement;
  std::vector<std::string> holders, checks;
  for (const auto& holder : requirement.held_by) holders.push_back("`" + holder + "`");
  for (const auto& check : requirement.checks) checks.push_back(in_words(pack, check));
  return fmt::format("| {} | {}<br>{} | {} | {} | {} | {} | {} | {} |\n", requirement.id,
                     cell(requirement.text.zh), cell(requirement.text.en),
                     cell(in_words(pack, requirement.binds)), fmt::join(holders, "<br>"),
                     cell(fmt::format("{}", fmt::join(checks, "<br>"))), norms_in_words(row),
                     cases_in_words(row.cases), cell(status_in_words(requirement)));
}

std::string own_numbers_in_markdown(const Trace& trace) {
  std::string text =
      "| what | number | for the norm | id |\n"
      "|---|---|---|---|\n";
  for (const auto& each : trace.own_numbers)
    text += fmt::format("| {}<br>{} | {} | {} | `{}` |\n", cell(each.words.zh), cell(each.words.en),
                        each.number, each.norm, each.id);
  return text;
}

}  // namespace

Trace trace_of(const Pack& pack, const CaseCounts& cases) {
  Trace trace;
  for (const Clause& clause : pack.clauses) {
    for (const Requirement& requirement : clause.requirements) {
      Traced row{.clause = clause.number, .requirement = &requirement, .norms = {}, .cases = {}};
      for (const auto& norm : requirement.norms)
        row.norms.push_back({norm, basis_of(pack, requirement, norm)});
      const auto count = cases.find(requirement.id);
      if (count != cases.end()) row.cases = count->second;
      trace.automated += requirement.status == "automated" ? 1 : 0;
      trace.attested += requirement.status == "attested" ? 1 : 0;
      trace.later += requirement.status == "later" ? 1 : 0;
      trace.proved += is_proved(row) ? 1 : 0;
      trace.rows.push_back(std::move(row));
    }
  }
  for (const auto& [id, term] : pack.terms) {
    ++trace.bases[term.basis];
    if (term.basis == "default")
      trace.own_numbers.push_back(
          {id, term.words, in_digits(term.value) + " " + term.unit, term.norm});
  }
  for (const auto& duty : pack.duties) {
    ++trace.bases[duty.basis];
    if (duty.basis == "default")
      trace.own_numbers.push_back({"duty/" + duty.id, duty.name, how_often(duty), duty.norm});
  }
  return trace;
}

std::string trace_in_lines(const Pack& pack, const CaseCounts& cases) {
  const auto trace = trace_of(pack, cases);
  std::string text;
  for (const auto& row : trace.rows) {
    const auto& requirement = *row.requirement;
    text += fmt::format(
        "{:<7} {:<9} {}", requirement.id, requirement.status,
        requirement.held_by.empty() ? "-" : fmt::format("{}", fmt::join(requirement.held_by, " ")));
    if (!row.norms.empty()) text += "  norms " + norms_in_words(row);
    text += "  cases " + cases_in_words(row.cases);
    if (!requirement.reason.en.empty()) text += "  " + requirement.reason.en;
    text += "\n";
    for (const auto& check : requirement.checks) text += "        " + in_words(pack, check) + "\n";
  }
  return text + sums_in_words(pack, trace) + "\n";
}

std::string trace_in_markdown(const Pack& pack, const CaseCounts& cases) {
  const auto trace = trace_of(pack, cases);
  std::string text = fmt::format(
      "# Coverage\n\n"
      "What of the notice the pack `{}` holds. Made by `anxiao pack trace --format markdown > "
      "docs/coverage.md`; a change of the pack is written here by the same command.\n\n"
      "{}.\n\n"
      "Whose numbers: {} the law's, {} reported and not yet compared with the text, {} ours. "
      "Beside "
      "a norm stands the weakest basis of what is taken from it; nothing, where no number is "
      "taken. "
      "Cases: in how many it is kept, in how many it is not, and how many prove moves of its "
      "loop.\n",
      pack.id, sums_in_words(pack, trace), trace.bases.at("law"), trace.bases.at("reported"),
      trace.bases.at("default"));
  int clause = 0;
  for (const auto& row : trace.rows) {
    if (row.clause != clause) {
      clause = row.clause;
      const auto found = std::ranges::find(pack.clauses, clause, &Clause::number);
      text += fmt::format(
          "\n## {} {} {}\n\n"
          "| | asks | binds | held by | decided by | norms | cases | status |\n"
          "|---|---|---|---|---|---|---|---|\n",
          clause, found->title.zh, found->title.en);
    }
    text += row_in_markdown(pack, row);
  }
  const Check unsaid;
  return text +
         fmt::format(
             "\n## Numbers that are ours\n\n"
             "Neither the notice nor a law gives them; a city may set its own. Besides: what has a "
             "day is spoken of {} days before it where its check says nothing else.\n\n",
             in_digits(unsaid.lead_days)) +
         own_numbers_in_markdown(trace);
}

}  // namespace anxiao::pack

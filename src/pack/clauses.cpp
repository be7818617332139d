// clauses/cNN.yml: the requirements of one item of the notice, and what in this pack holds each.

#include <fmt/format.h>

#include "pack/grading.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kHolders = {"loop", "checklist", "ledger", "duty", "grades"};

bool digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

bool exists(const Pack& pack, const std::string& holder) {
  const auto slash = holder.find('/');
  const std::string kind = holder.substr(0, slash);
  const std::string id = slash == std::string::npos ? "" : holder.substr(slash + 1);
  if (kind == "loop") return pack.chart(id) != nullptr;
  if (kind == "checklist") return pack.checklist(id) != nullptr;
  if (kind == "duty") return pack.duty(id) != nullptr;
  if (kind == "grades") return pack.grading && pack.grading->id == id;
  return kind == "ledger" && pack.ledger(id) != nullptr;
}

void read_holding(Entry& entry, Requirement& requirement, const Pack& pack) {
  requirement.status = entry.one_of("status", {"automated", "attested", "later"});
  requirement.held_by = entry.names_if("held_by");
  for (std::size_t place = 0; place < requirement.held_by.size(); ++place) {
    if (exists(pack, requirement.held_by[place])) continue;
    entry.complain("held_by[" + std::to_string(place) + "]",
                   "this pack has no `" + requirement.held_by[place] + "`",
                   "name loop/ID, checklist/ID, ledger/ID, duty/ID or grades/ID of this pack");
  }
  requirement.reason = entry.words_if("reason");
  if (requirement.status == "later" && requirement.reason.zh.empty() && !entry.has("reason")) {
    entry.complain("reason", "is missing for a requirement that comes later",
                   "say what is missing until it is held");
  }
}

void read_checks(Entry& entry, Requirement& requirement, const Pack& pack) {
  entry.each_if("binds",
                [&](Entry& binds) { requirement.binds.push_back(read_selector(binds, pack)); });
  entry.each_if("checks", [&](Entry& check) {
    requirement.checks.push_back(read_check(check, requirement.id, pack));
  });
  if (entry.node("answers").IsSequence()) {
    requirement.answers = entry.names("answers");
  } else if (entry.has("answers")) {
    requirement.answers = {entry.text("answers")};
  }
  complain_of_posts(entry, "answers", requirement.answers, pack);
  const bool decided = requirement.status == "automated" || requirement.status == "attested";
  if (decided == requirement.checks.empty()) {
    entry.complain("checks",
                   decided ? "is missing for a requirement that is decided"
                           : "decides a requirement of another status",
                   "give checks to what is automated or attested, and to nothing else");
  }
  if (decided && requirement.binds.empty()) {
    entry.complain("binds", "is missing for a requirement that is decided",
                   "say which organisations it binds");
  }
}

Requirement read_requirement(Entry& entry, int number, std::set<std::string>& seen,
                             const Pack& pack) {
  Requirement requirement;
  requirement.id = entry.text("id");
  const std::string begins = fmt::format("C{:02}.", number);
  if (!requirement.id.empty() &&
      (!is_requirement(requirement.id) || requirement.id.rfind(begins, 0) != 0)) {
    entry.complain("id", "`" + requirement.id + "` is no requirement of this clause",
                   "write " + begins + "1, " + begins + "2 and so on");
  } else if (!requirement.id.empty() && !seen.insert(requirement.id).second) {
    entry.complain("id", "`" + requirement.id + "` stands here twice", "give each its own id");
  }
  requirement.text = entry.words("text");
  requirement.subject = entry.id("subject");
  read_holding(entry, requirement, pack);
  read_checks(entry, requirement, pack);
  requirement.norms = entry.names_if("norms");
  for (std::size_t place = 0; place < requirement.norms.size(); ++place) {
    complain_of_norm(entry, "norms[" + std::to_string(place) + "]", requirement.norms[place]);
  }
  return requirement;
}

}  // namespace

bool is_clause(const std::string& text) {
  return text.size() == 3 && text[0] == 'C' && digits(text.substr(1));
}

bool is_requirement(const std::string& text) {
  return text.size() > 4 && is_clause(text.substr(0, 3)) && text[3] == '.' &&
         digits(text.substr(4));
}

void read_clause(Entry& file, Pack& pack) {
  Clause clause;
  clause.number = static_cast<int>(file.number("number"));
  for (const Clause& other : pack.clauses) {
    if (other.number == clause.number) {
      file.complain("number", "another file has this clause", "give each clause one file");
    }
  }
  clause.title = file.words("title");
  std::set<std::string> seen;
  file.each("requirements", [&](Entry& entry) {
    clause.requirements.push_back(read_requirement(entry, clause.number, seen, pack));
  });
  pack.clauses.push_back(std::move(clause));
}

}  // namespace anxiao::pack

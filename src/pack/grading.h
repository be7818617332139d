// How schools are graded for those who supervise them: what weighs how much, where one grade ends
// and the next begins, how often a school of each grade is inspected, and when a school is so quiet
// that somebody should look at it together with it. Every number is a Term of the pack.
//
// Nothing here knows a school.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

// What a part of the points counts. `standing`: requirements in a state. `open`: open matters of a
// loop. `misses`: duties that were missed. `opened`: matters of a loop that were opened.
enum class Counted { standing, open, misses, opened };

// The word of the enumerator.
const char* word_of(Counted counted);

// So many points for each of what is counted.
struct Weight {
  std::string what;      // a state; a level, `any` for the others, `late`; `miss`
  bool heavier = false;  // of a clause that weighs more
  std::string term;
  double points = 0;
};

struct GradePart {
  std::string id;
  Words name;
  Counted of = Counted::standing;
  std::string loop;       // of `open` and `opened`
  std::string days_term;  // of `misses` and `opened`: the last so many days, today among them
  int days = 0;
  std::vector<Weight> weights;
  std::vector<std::string> not_stages;  // of `opened`: what ended there was none
  std::vector<int> clauses;             // of `standing`: those that weigh more
  std::string most_term;                // it weighs no more than this
  double most = 0;

  const Weight* weight(const std::string& what, bool heavier = false) const;
};

struct Grade {
  std::string id;
  Words name;
  std::string sign;  // a mark that needs no colour
  // Points, in percent of the most possible or as they are, up to which a school has this grade;
  // the last has none.
  std::string up_to_term;
  std::optional<double> up_to;
  std::string
      inspect_term;  // of the unit count: times a school term; of the unit days: every so many
  double inspect = 0;
  bool inspect_days = false;
};

// While so many matters of these levels are open, no better grade is given.
struct NotBetter {
  std::string grade;
  std::string loop;
  std::vector<std::string> levels;
  std::string term;
  double at_least = 0;
  Words why;
};

// A school that reports clearly less than its peers and whose own inspections found nothing. It is
// offered help, and it weighs nothing.
struct Quiet {
  std::string loop;
  std::string days_term, share_term, peers_term;
  int days = 0;       // of school terms
  double share = 0;   // percent of the median of the peers below which a school is quiet
  int peers = 0;      // other schools of its kind and size in the district, at least
  std::string facet;  // the number by which size is told
  std::vector<double> band_ends;  // where one size ends and the next begins, upwards
  std::vector<std::string> band_terms;
};

struct Grading {
  std::string id;
  Words name;
  std::vector<std::string> kinds;  // of schools that are graded
  bool in_percent = true;          // of the most possible
  std::vector<GradePart> parts;
  std::vector<Grade> grades;  // the best first
  std::vector<NotBetter> not_better;
  std::optional<Quiet> quiet;
  // The loop in which a school is inspected, and its moves by which somebody was there.
  std::string inspection_loop;
  std::vector<std::string> inspection_moves;

  const Grade* grade(const std::string& id) const;
  double most() const;
};

}  // namespace anxiao::pack

// The cases of a pack: given / when / then, beside the data they prove. Nothing is decided by
// them: tests walk them, and a trace counts them for each requirement.
//
// A file proves a loop (`loop:`) or how organisations stand with the requirements of a clause
// (`standing:`). What given, when and then may say depends on what is proved; here they are kept as
// they stand, as JSON. Of a loop, a list of mappings where one is wanted (`fields: [*five, {funds:
// 3}]`) is left to the reader to join.

#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

struct Case {
  std::string file;  // `cases/hazard_moves.yml`
  int line = 0;
  std::string loop;         // the chart it walks
  std::string name;         // a sentence
  std::string requirement;  // `C07.14`
  boost::json::object given;
  boost::json::object when;
  boost::json::object then;
};

// An organisation on a day with what is on record of it, and how it then stands with a requirement.
struct StandingCase {
  std::string file;  // `cases/standing_c18.yml`
  int line = 0;
  std::string name;         // a sentence
  std::string requirement;  // `C18.1`
  boost::json::object given;
  std::string then;  // kept, due_soon, late, missing, not_applicable
};

struct LoadedCases {
  std::vector<Case> cases;  // in the order of files and lines
  std::vector<StandingCase> standing;
  std::vector<Complaint> complaints;
};

// Reads `cases/*.yml` under the pack's folder; a pack without the folder has no cases.
LoadedCases load_cases(const std::filesystem::path& folder);

// How many cases a requirement has.
struct CaseCount {
  int moves = 0;  // of loops
  int holds = 0;  // in which it is kept, or due soon
  int fails = 0;  // in which it is late or missing
};
std::map<std::string, CaseCount> count_by_requirement(const LoadedCases& loaded);

}  // namespace anxiao::pack

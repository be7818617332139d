// How simulated people fill in what they are asked: the fields of a ledger row or of a move, the
// items of a checklist. What is asked is read from the pack; nothing here knows a field by name.

#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "app/simulation/behaviour.h"
#include "pack/pack.h"
#include "usecases/answers.h"

namespace anxiao::app::simulation {

// Where somebody fills something in, and on what day.
struct Desk {
  const Script& script;
  const Dice& dice;
  const Zone& zone;
  Instant now;
  Day today;
  std::string occasion;             // what the dice are thrown for
  std::string person;               // who fills it in
  std::vector<std::string> people;  // who else is there
  std::string photo;                // SHA-256 of a picture that is on the server
  // Kind → organisations of that kind that may be named.
  const std::map<std::string, std::vector<std::string>>* places = nullptr;
  double mild = kMild;  // of what is assessed
};

// A value that the field takes; null where nothing fits (a matter, somebody's papers).
boost::json::value value_for(const Desk& desk, const pack::Field& field);

// What a move of the chart asks for: what it requires, what its guards want in hand, and of an
// assessment the factors. What is on record already is left alone.
boost::json::object fields_for(const Desk& desk, const pack::Chart& chart, const pack::Move& move,
                               const boost::json::object& on_record);

// Rows with which the check would be content, besides those there: as many as `missing` of them,
// or one for each choice that a coverage wants. Nothing for checks of other kinds.
std::vector<boost::json::object> rows_for(const Desk& desk, const pack::Ledger& ledger,
                                          const pack::Check& check, double missing);

// Every item answered; those of `bad` not in order.
std::vector<usecases::ItemAnswer> items_for(const Desk& desk, const pack::Checklist& checklist,
                                            const std::vector<std::string>& bad);

}  // namespace anxiao::app::simulation

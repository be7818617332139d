// How the people of a simulated school are: punctual, careless, overwhelmed, hiding. What each does
// is numbers of config/simulation.json; which school is which, and every throw of the dice, follows
// from the seed and a name, so that the same seed gives the same year.

#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace anxiao::app::simulation {

// Each a part of one.
struct Behaviour {
  std::string id;
  double share = 0;        // of schools, in any unit
  double done = 1;         // of what is due that is done in time
  double late = 0;         // of the rest that is done after all
  double finds = 0;        // of items looked at that are found not in order
  double moves = 1;        // of open matters that are moved on, a working day
  double keeps_first = 1;  // of what a ledger should hold that it holds from the beginning
  double keeps = 1;        // of what has lapsed that is entered anew, a week
};
BOOST_DESCRIBE_STRUCT(Behaviour, (), (id, share, done, late, finds, moves, keeps_first, keeps))

// How often a loop is begun at an organisation that its matters may be about.
struct Opens {
  std::string loop;
  double a_year = 0;
  std::optional<bool> hides;   // whoever hides never begins it
  std::optional<double> mild;  // the more, the rarer what is grave; absent: kMild
};
BOOST_DESCRIBE_STRUCT(Opens, (), (loop, a_year, hides, mild))

inline constexpr double kMild = 2;

struct NamesOfPlaces {
  std::string name, school;  // with {} for what tells them apart
};
BOOST_DESCRIBE_STRUCT(NamesOfPlaces, (), (name, school))

// Schools of a made city: the kinds in turn, over and over.
struct MadeSchools {
  std::int64_t in_a_district = 0;
  std::vector<std::string> kinds;
};
BOOST_DESCRIBE_STRUCT(MadeSchools, (), (in_a_district, kinds))

// Points of inspection of a school that has none.
struct PointsOfASchool {
  int each = 0;
  std::string checklists;  // as the ledger of points holds them
};
BOOST_DESCRIBE_STRUCT(PointsOfASchool, (), (each, checklists))

struct Script {
  std::string mark;  // on every text that nobody wrote
  NamesOfPlaces district;
  MadeSchools schools;
  PointsOfASchool points;
  std::string person;
  std::string surnames;
  std::vector<Behaviour> behaviours;
  Behaviour above;  // of districts, departments and the city
  std::vector<Opens> opens;
  std::map<std::string, std::vector<std::string>> texts;  // by id of the field
};
BOOST_DESCRIBE_STRUCT(Script, (),
                      (mark, district, schools, points, person, surnames, behaviours, above, opens,
                       texts))

inline constexpr const char* kScriptFile = "config/simulation.json";

// Refuses `simulation.malformed` with what is wrong in the file.
Result<Script> read_script(const std::filesystem::path& file);

// Throws that follow from a seed and what is thrown for, whatever was thrown before.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}
  // From 0 up to, and never, 1.
  double throw_for(std::string_view what) const;
  bool happens(double part, std::string_view what) const { return throw_for(what) < part; }
  // From 0 to `count` - 1.
  std::size_t one_of(std::size_t count, std::string_view what) const;

 private:
  std::uint64_t seed_;
};

// The behaviour of the school of that name, by the shares.
const Behaviour& behaviour_of(const Script& script, const Dice& dice, std::string_view name);

}  // namespace anxiao::app::simulation

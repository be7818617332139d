// The places and people of a simulated city, as they are on record: who works where, whom a place
// may name, and who may act there.

#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/simulation/behaviour.h"
#include "domain/organisations/authority.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::app::simulation {

struct Place {
  std::string id, name, kind, path, district;
  boost::json::object facets;
  std::vector<std::string> people;
  const Behaviour* behaviour = nullptr;
};

class Town {
 public:
  // As of now; the script outlives it.
  Town(usecases::Store& store, const pack::Pack& pack, const Script& script, const Dice& dice);

  const std::vector<std::unique_ptr<Place>>& places() const { return places_; }
  const Place* place(const std::string& id) const;
  // Those who could act on what lies at the place: its own people, those of `holder`, then those
  // of the places above it, from the nearest on.
  std::vector<std::string> who_may_act(const Place& place, const std::string& holder) const;
  const organisations::Actor& actor(const std::string& person) const;
  // By kind, of the place's district.
  const std::map<std::string, std::vector<std::string>>& named_in(
      const std::string& district) const;
  std::vector<std::string> districts() const;

 private:
  std::vector<std::unique_ptr<Place>> places_;
  std::map<std::string, Place*> by_id_;
  std::map<std::string, organisations::Actor> actors_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> named_;
};

// Fills every post of every place that nobody holds with somebody invented who cannot log in.
// Refuses what a use case refuses.
Result<std::int64_t> staff(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                           const Script& script, const Dice& dice, Instant now);

// A city of so many schools with their districts and offices and nobody in it. Refuses `city.there`
// where there is one already.
Result<void> found_simulated_city(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                                  const Script& script, const Dice& dice, Instant now,
                                  std::int64_t schools);

}  // namespace anxiao::app::simulation

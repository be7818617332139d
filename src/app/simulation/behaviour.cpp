#include "app/simulation/behaviour.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json_map.h"

namespace anxiao::app::simulation {

namespace {

Refusal malformed(const std::string& what) {
  return {.why = Why::malformed, .key = "simulation.malformed", .detail = what};
}

bool is_part(double number) { return number >= 0 && number <= 1; }

Result<void> check(const Behaviour& behaviour) {
  for (const double part : {behaviour.done, behaviour.late, behaviour.finds, behaviour.moves,
                            behaviour.keeps_first, behaviour.keeps})
    if (!is_part(part))
      return malformed("behaviour " + behaviour.id + " has a part that is not between 0 and 1");
  return {};
}

}  // namespace

Result<Script> read_script(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return malformed("there is no script at " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  TRY_LET(script, read_text<Script>(text.str()));
  if (script.behaviours.empty()) return malformed("the script names no behaviour");
  if (script.surnames.empty()) return malformed("the script names no surname");
  if (script.schools.in_a_district < 1 || script.schools.kinds.empty())
    return malformed("the script names no kinds of schools, or puts none in a district");
  for (const auto& behaviour : script.behaviours) TRY(check(behaviour));
  TRY(check(script.above));
  return script;
}

double Dice::throw_for(std::string_view what) const {
  // FNV-1a, then the finalizer of SplitMix64: near names fall far apart.
  std::uint64_t hash = 1469598103934665603ull ^ seed_;
  for (const char letter : what) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 1099511628211ull;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ull;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebull;
  hash ^= hash >> 31;
  return static_cast<double>(hash >> 11) / static_cast<double>(1ull << 53);
}

std::size_t Dice::one_of(std::size_t count, std::string_view what) const {
  return std::min(count - 1,
                  static_cast<std::size_t>(throw_for(what) * static_cast<double>(count)));
}

const Behaviour& behaviour_of(const Script& script, const Dice& dice, std::string_view name) {
  double all = 0;
  for (const auto& behaviour : script.behaviours) all += behaviour.share;
  double place = dice.throw_for(std::string("behaviour of ") + std::string(name)) * all;
  for (const auto& behaviour : script.behaviours) {
    if (place < behaviour.share) return behaviour;
    place -= behaviour.share;
  }
  return script.behaviours.back();
}

}  // namespace anxiao::app::simulation

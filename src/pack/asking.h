// What is asked where, and who answers for it there.
//
// Of which kinds of organisation a check can be asked at all: where its ledger is kept, its post is
// held, its duty is due, its loop's matters are. A requirement may bind districts and schools
// together, and each is asked what is kept there.

#pragma once

#include <string>

#include "pack/pack.h"

namespace anxiao::pack {

bool can_be_asked(const Pack& pack, const Check& check, const std::string& kind);

// Whether matters of the loop may be passed to such an organisation.
bool may_hold(const Chart& chart, const std::string& kind);
// Whether matters of the loop may be its own, of what is under it, or held by it.
bool sees_matters(const Pack& pack, const Chart& chart, const std::string& kind);

// Whether it holds for organisations of the kind that say nothing of the facet.
bool holds_assumed(const Condition& condition, const std::string& kind);
bool is_chosen_assumed(const Selector& selector, const std::string& kind);

// The post that answers for the requirement at such an organisation; empty where none does.
std::string answers_at(const Pack& pack, const Requirement& requirement, const std::string& kind);

}  // namespace anxiao::pack

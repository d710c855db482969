# SPDX-License-Identifier: Apache-2.0
# What is owed.
module Billing
  RATES = { 'norway' => 25, 'peru' => 18 }.freeze

  def self.greet(order)
    # CULPRIT null null
    'Dear ' + order[:customer].name
  end

  def self.gross(order, country)
    # CULPRIT key index
    rate = RATES.fetch(country)
    order[:net] * (100 + rate) / 100
  end

  def self.mean(amounts)
    # CULPRIT arithmetic arithmetic
    amounts.sum / amounts.size
  end

  def self.total(lines)
    # CULPRIT type type
    lines.reduce(0) { |sum, line| sum + line[:price] }
  end

  def self.close(paid, owed)
    # CULPRIT arguments assertion
    settle(paid, owed, 'EUR')
  end

  def self.settle(paid, owed)
    owed - paid
  end
end

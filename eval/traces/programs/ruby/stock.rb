# SPDX-License-Identifier: Apache-2.0
# What there is, and who brings more of it.
require 'json'
require 'socket'

module Stock
  class ShelfError < StandardError; end

  def self.load(text)
    # CULPRIT format format
    JSON.parse(text)['bolts']
  end

  def self.restore(path)
    # CULPRIT file file
    File.read(path)
  end

  def self.ask_supplier(port)
    # CULPRIT refused refused
    TCPSocket.new('127.0.0.1', port).read
  end

  def self.weigh(box)
    # CULPRIT recursion recursion
    1 + weigh(box[:inside] || box)
  end

  def self.number(text)
    # CULPRIT chained format
    Integer(text)
  end

  def self.count(text)
    number(text)
  rescue ArgumentError
    raise ShelfError, 'the shelf cannot be counted'
  end
end

// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Shop
{
    /// What there is, and who brings more of it.
    static class Stock
    {
        static readonly Dictionary<string, int> shelf = new Dictionary<string, int>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Count(string name)
        {
            // CULPRIT key index
            return shelf[name];
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Parse(string text)
        {
            // CULPRIT format format
            return int.Parse(text);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static byte[] Read(string path)
        {
            // CULPRIT chained file
            return File.ReadAllBytes(path);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static byte[] Load(string path)
        {
            try
            {
                return Read(path);
            }
            catch (IOException error)
            {
                throw new InvalidOperationException("the shelf could not be read", error);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Ask(int port)
        {
            // CULPRIT refused refused
            using (var line = new TcpClient("127.0.0.1", port))
                return line.GetStream().ReadByte();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Sweep(List<string> shelf)
        {
            // CULPRIT changed assertion
            foreach (string name in shelf)
                if (name == "bolts")
                    shelf.Remove(name);
        }
    }
}
